use overt_core::{ComponentKind, ProblemKind, StatementKind};

use super::*;

fn fields(text: &str) -> Vec<(String, String, Option<Span>)> {
    let (card, problems) = read(text.as_bytes());
    assert_eq!(problems, []);
    card.fields
        .into_iter()
        .map(|field| (field.key, field.value, field.span))
        .collect()
}

fn at(key: &str, value: &str, first: u32, last: u32) -> (String, String, Option<Span>) {
    (
        key.to_owned(),
        value.to_owned(),
        Some(Span::Lines(first, last)),
    )
}

#[test]
fn fields_carry_the_lines_of_the_whole_file() {
    let text = "---\nlicense: apache-2.0\nbase_model:\n- meta-llama/Llama-3.1-8B\n- b/c\nlanguage: [en, no]\nco2_eq_emissions:\n  emissions: 12.50\nlicense_name: >-\n  folded\n  name\n---\n# X\n";
    assert_eq!(
        fields(text),
        [
            at("license", "apache-2.0", 2, 2),
            at("base_model", "meta-llama/Llama-3.1-8B", 4, 4),
            at("base_model", "b/c", 5, 5),
            at("language", "en", 6, 6),
            at("language", "no", 6, 6),
            at("co2_eq_emissions.emissions", "12.50", 8, 8),
            at("license_name", "folded name", 9, 11),
        ]
    );
}

#[test]
fn byte_order_mark_and_line_ends_do_not_matter() {
    let text = "\u{feff}---\r\nlicense: mit\r\n---\r\n\r\n## License\r\n\r\ntext\r\n";
    assert_eq!(fields(text), [at("license", "mit", 2, 2)]);
    let (card, _) = read(text.as_bytes());
    assert_eq!(card.sections[0].span, Span::Lines(5, 7));
    assert_eq!(card.sections[0].kinds, [SectionKind::License]);
}

#[test]
fn a_card_without_front_matter_is_no_problem() {
    for text in [
        "# Title\n\ntext",
        "",
        "---\n\nA rule above.\n\n---\n",
        "plain",
    ] {
        let (card, problems) = read(text.as_bytes());
        assert_eq!(problems, [], "{text:?}");
        assert_eq!(card.fields, []);
        assert_eq!(card.kind, CardKind::Readme);
    }
}

#[test]
fn every_sort_of_trouble_is_one_problem_with_its_line() {
    let bomb = {
        let mut yaml = String::from("---\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let below = vec![format!("*a{}", level - 1); 10].join(", ");
            yaml.push_str(&format!("a{level}: &a{level} [{below}]\n"));
        }
        yaml + "---\n"
    };
    for (text, kind, line) in [
        (
            b"---\nlicense: mit\nlicense: other\n---\n".to_vec(),
            ProblemKind::DuplicateKey,
            3,
        ),
        (
            b"---\nlicense: mit\ntags: [a\n---\n".to_vec(),
            ProblemKind::Malformed,
            3,
        ),
        (
            b"---\nlicense: mit\n# never closed\n".to_vec(),
            ProblemKind::Malformed,
            1,
        ),
        (
            b"---\nlicense: m\xfft\n---\n".to_vec(),
            ProblemKind::Encoding,
            2,
        ),
        (b"---\n- a\n- b\n---\n".to_vec(), ProblemKind::Malformed, 2),
        (bomb.into_bytes(), ProblemKind::LimitExceeded, 7),
    ] {
        let (_, problems) = read(&text);
        let found: Vec<_> = problems.iter().map(|p| p.kind).collect();
        assert_eq!(
            found,
            [kind],
            "{:?} {problems:?}",
            String::from_utf8_lossy(&text)
        );
        let Some(Span::Lines(first, _)) = problems[0].span else {
            panic!("a line")
        };
        assert!(first.abs_diff(line) <= 1, "{first} {line} {problems:?}");
    }
}

#[test]
fn broken_front_matter_still_gives_its_plain_fields() {
    let text = "---\nlicense: mit\ntags: [a\nbase_model:\n- x/y\n---\n# T\n";
    let (card, problems) = read(text.as_bytes());
    assert_eq!(problems.len(), 1);
    assert_eq!(card.first(FieldName::License).unwrap().value, "mit");
    assert_eq!(
        card.first(FieldName::BaseModel).unwrap().span,
        Some(Span::Lines(5, 5))
    );
}

#[test]
fn sections_nest_and_know_their_lines_and_words() {
    let text = "# A model\n\nintro text\n\n## Training Data\n\n### Sources\n\none two three\n\n## 训练数据\n\n数据\n\n## Trainingsdaten\n\n## 学習データ\nx\n";
    let (card, _) = read(text.as_bytes());
    let found: Vec<_> = card
        .sections
        .iter()
        .map(|s| (s.title.as_str(), s.span, s.words, s.text_span.is_some()))
        .collect();
    assert_eq!(found[0].1, Span::Lines(1, 18));
    assert_eq!(found[1], ("Training Data", Span::Lines(5, 10), 3, false));
    assert_eq!(found[2], ("Sources", Span::Lines(7, 10), 3, true));
    for title in ["Training Data", "训练数据", "Trainingsdaten", "学習データ"] {
        let section = card.sections.iter().find(|s| s.title == title).unwrap();
        assert!(
            section.kinds.contains(&SectionKind::TrainingData),
            "{title}"
        );
    }
}

#[test]
fn headings_and_links_in_html_count() {
    let text = "<h1 align=\"center\">\n  <b>Big Model</b>\n</h1>\n<p><a href=\"https://arxiv.org/abs/1\">Paper</a>\n| <a href='LICENSE'>License</a></p>\n\ntext <a href=\"https://github.com/a/b\">code</a> https://huggingface.co/datasets/x.\n";
    let (card, _) = read(text.as_bytes());
    assert_eq!(card.sections[0].title, "Big Model");
    let links: Vec<_> = card
        .links
        .iter()
        .map(|l| (l.url.as_str(), l.kind, l.span))
        .collect();
    assert_eq!(
        links,
        [
            (
                "https://arxiv.org/abs/1",
                LinkKind::Paper,
                Span::Lines(4, 4)
            ),
            ("LICENSE", LinkKind::License, Span::Lines(5, 5)),
            ("https://github.com/a/b", LinkKind::Code, Span::Lines(7, 7)),
            (
                "https://huggingface.co/datasets/x",
                LinkKind::Dataset,
                Span::Lines(7, 7)
            ),
        ]
    );
}

#[test]
fn withholdings_are_found_in_four_languages_with_their_lines() {
    for (text, component) in [
        (
            "# X\n\nFine. We do not release the\ntraining data of v1.0. End.",
            ComponentKind::Datasets,
        ),
        (
            "# X\n\na\nThe training code is proprietary.",
            ComponentKind::TrainingCode,
        ),
        ("# X\n\na\n训练数据暂不公开。", ComponentKind::Datasets),
        (
            "# X\n\na\n学習データは公開していません。",
            ComponentKind::Datasets,
        ),
        (
            "# X\n\na\nDie Trainingsdaten werden nicht veröffentlicht.",
            ComponentKind::Datasets,
        ),
    ] {
        let (card, _) = read(text.as_bytes());
        assert_eq!(card.statements.len(), 1, "{text}: {:?}", card.statements);
        let statement = &card.statements[0];
        assert_eq!(statement.kind, StatementKind::Withholds);
        assert_eq!(statement.component, component);
        let Span::Lines(first, last) = statement.span else {
            panic!("lines")
        };
        assert!(first >= 3 && last == 4, "{text}: {first}-{last}");
    }
}

#[test]
fn other_sentences_withhold_nothing() {
    for text in [
        "The training data is released under CC-BY-4.0.",
        "No proprietary data was used: the training data is public.",
        "You may not distribute the weights.",
        "Your proprietary data stays yours when you fine-tune with our training code.",
        "The encoder and decoder do not share the weights.",
        "The training data does not contain non-public information.",
        "Unlike other models, whose training data is not disclosed, ours is public.",
        "If the training data is not provided, the script stops.",
        "You can train on proprietary data of your own.",
        "The weights are open; for commercial use fill out the form.",
        "模型权重完全开放，商业使用需填写申请表申请。",
        "Die Trainingsdaten sind öffentlich, falls nicht anders angegeben.",
    ] {
        let (card, _) = read(text.as_bytes());
        let limits: Vec<_> = card
            .statements
            .iter()
            .filter(|statement| statement.kind != StatementKind::References)
            .collect();
        assert!(limits.is_empty(), "{text}: {limits:?}");
    }
}

#[test]
fn what_is_said_to_be_released_is_referenced() {
    for (text, components) in [
        (
            "Both the code and the model weights are released under the MIT License.",
            &[ComponentKind::FinalParameters][..],
        ),
        (
            "We release the training code and evaluation code of the paper.",
            &[ComponentKind::TrainingCode, ComponentKind::EvaluationCode],
        ),
        (
            "The training corpus is released alongside the model.",
            &[ComponentKind::Datasets],
        ),
        ("我们开源了训练代码。", &[ComponentKind::TrainingCode]),
        ("Model weights will be released soon.", &[]),
        (
            "The fine-tuning data includes publicly available datasets.",
            &[],
        ),
        ("We have not released the training code.", &[]),
        ("Is the training code released under a free license?", &[]),
    ] {
        let (card, _) = read(text.as_bytes());
        let mut found: Vec<_> = card
            .statements
            .iter()
            .filter(|statement| statement.kind == StatementKind::References)
            .map(|statement| statement.component)
            .collect();
        found.sort();
        let mut expected = components.to_vec();
        expected.sort();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn what_is_withheld_is_named_by_what_is_done_with_it() {
    for (text, kind, component) in [
        (
            "We will not release the photo dataset.",
            StatementKind::Withholds,
            ComponentKind::Datasets,
        ),
        (
            "It was trained on three large proprietary datasets.",
            StatementKind::Withholds,
            ComponentKind::Datasets,
        ),
        (
            "We have chosen to not be releasing the dataset.",
            StatementKind::Withholds,
            ComponentKind::Datasets,
        ),
        (
            "The evaluation dataset cannot be shared.",
            StatementKind::Withholds,
            ComponentKind::EvaluationData,
        ),
        (
            "学習データセットを公開する予定はありません。",
            StatementKind::Withholds,
            ComponentKind::Datasets,
        ),
        (
            "训练代码尚未开源。",
            StatementKind::Withholds,
            ComponentKind::TrainingCode,
        ),
        (
            "Der Trainingsdatensatz ist vertraulich.",
            StatementKind::Withholds,
            ComponentKind::Datasets,
        ),
        (
            "To download the weights, visit our site and accept our license.",
            StatementKind::Gates,
            ComponentKind::FinalParameters,
        ),
        (
            "Weights are available upon request.",
            StatementKind::Gates,
            ComponentKind::FinalParameters,
        ),
    ] {
        let (card, _) = read(text.as_bytes());
        let found: Vec<_> = card
            .statements
            .iter()
            .map(|s| (s.kind, s.component))
            .collect();
        assert_eq!(found, [(kind, component)], "{text}");
    }
}

#[test]
fn headings_are_understood_in_four_languages() {
    use SectionKind as Kind;
    for (title, kind) in [
        ("Bias, Risks & Limitations", Kind::Limitations),
        ("Responsibility & Safety", Kind::Limitations),
        ("Hardware & Software", Kind::Compute),
        ("Testing Data, Factors & Metrics", Kind::Evaluation),
        ("2.3 Pre-training Details", Kind::TrainingProcedure),
        ("📚 模型训练", Kind::TrainingProcedure),
        ("预训练语料", Kind::TrainingData),
        ("7B 模型结果", Kind::Evaluation),
        ("免责声明", Kind::Limitations),
        ("论文引用", Kind::Citation),
        ("モデル紹介", Kind::ModelDetails),
        ("3.2 多言語評価", Kind::Evaluation),
        ("学習設定", Kind::TrainingProcedure),
        ("Haftungsausschluss", Kind::Limitations),
        ("Einsatzgebiete", Kind::IntendedUse),
        ("Datengrundlage", Kind::TrainingData),
        ("Energiebedarf", Kind::Compute),
        ("Lizenzbedingungen", Kind::License),
    ] {
        let (card, _) = read(format!("## {title}\n\ntext\n").as_bytes());
        assert_eq!(card.sections[0].kinds, [kind], "{title}");
    }
}

#[test]
fn a_description_of_something_else_does_not_describe_the_model() {
    let text = "# Model\n\n## Description\n\nx\n\n## Training data\n\n### Description\n\nx\n";
    let (card, _) = read(text.as_bytes());
    let kinds: Vec<usize> = card.sections.iter().map(|s| s.kinds.len()).collect();
    assert_eq!(kinds, [1, 1, 1, 0]);
}

#[test]
fn links_are_sorted_by_their_addresses_before_their_words() {
    for (url, words, kind) in [
        (
            "https://huggingface.co/docs/x",
            "the dataset docs",
            LinkKind::Page,
        ),
        ("https://huggingface.co/a/b", "weights", LinkKind::Model),
        ("https://github.com/a/b/issues", "code", LinkKind::Other),
        ("https://github.com/a/b", "here", LinkKind::Code),
        ("https://example.org/datasets/x", "here", LinkKind::Dataset),
        ("assets/WECHAT.md", "group", LinkKind::Other),
    ] {
        let (card, _) = read(format!("[{words}]({url})").as_bytes());
        assert_eq!(card.links[0].kind, kind, "{url}");
    }
}

#[test]
fn kinds_of_cards_are_told_apart() {
    let kind = |text: &str| read(text.as_bytes()).0.kind;
    assert_eq!(kind("---\ntask_categories:\n- x\n---\n"), CardKind::Dataset);
    assert_eq!(kind("---\npipeline_tag: x\n---\n"), CardKind::Model);
    assert_eq!(
        kind("# Model Card for X\n\n## Model Details\n"),
        CardKind::Model
    );
    assert_eq!(kind("# tool\n\n## Installation\n"), CardKind::Readme);
}

#[test]
fn tabs_and_capitals_in_front_matter_are_read() {
    for text in [
        "---\nlicense:\tmit\nbase_model: a/b\n---\n# T\n",
        "---\nlicense:\tmit\nbase_model:\n\t- a/b\n---\n# T\n",
        "---\nLicense: mit\nBase_Model: a/b\n---\n# T\n",
    ] {
        let (card, _) = read(text.as_bytes());
        let value = |name| card.first(name).map(|field| field.value.as_str());
        assert_eq!(value(FieldName::License), Some("mit"), "{text}");
        assert_eq!(value(FieldName::BaseModel), Some("a/b"), "{text}");
    }
}

#[test]
fn cards_in_further_languages_are_read() {
    for (text, kind, component) in [
        (
            "# Modèle\n\n## Données d'entraînement\n\nLes données d'entraînement ne sont pas publiées.\n\n## Évaluation\n\nBien.\n\n## Licence\n\nMIT\n",
            StatementKind::Withholds,
            ComponentKind::Datasets,
        ),
        (
            "# Modelo\n\n## Datos de entrenamiento\n\nLos datos de entrenamiento no están disponibles públicamente.\n\n## Evaluación\n\nBien.\n\n## Licencia\n\nMIT\n",
            StatementKind::Withholds,
            ComponentKind::Datasets,
        ),
        (
            "# 모델\n\n## 학습 데이터\n\n학습 코드는 공개하지 않습니다.\n\n## 평가\n\n좋음.\n\n## 라이선스\n\nMIT\n",
            StatementKind::Withholds,
            ComponentKind::TrainingCode,
        ),
    ] {
        let (card, _) = read(text.as_bytes());
        for kind in [
            SectionKind::TrainingData,
            SectionKind::Evaluation,
            SectionKind::License,
        ] {
            assert!(card.sections_of(kind).next().is_some(), "{kind:?} {text}");
        }
        let said: Vec<_> = card
            .statements
            .iter()
            .map(|s| (s.kind, s.component))
            .collect();
        assert!(said.contains(&(kind, component)), "{said:?} {text}");
    }
}

#[test]
fn long_runs_of_addresses_and_phrases_take_linear_time() {
    // The first took half a minute when every occurrence was followed to the end of the text.
    for part in ["http://", "not release ", "we do not http://"] {
        let (card, _) = read(part.repeat(30_000).as_bytes());
        assert!(card.links.len() <= 16_384);
    }
}
