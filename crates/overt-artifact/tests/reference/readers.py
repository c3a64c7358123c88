"""Writes model files with the reference writers and tells what the reference readers see.

Usage: readers.py OUT [FOLDER...]. Needs safetensors, gguf, onnx, h5py, tflite, msgpack, numpy, sentencepiece,
tokenizers. Prints one JSON object a line: {"file", "tensors": [[name, dtype, shape], ...]} or {"file", "vocabulary"};
dtype is null where only shapes compare. FOLDERs hold further real files.
"""

import json
import os
import struct
import sys

import gguf
import h5py
import msgpack
import numpy as np
import onnx
import sentencepiece
import tflite
import tokenizers
from onnx import helper, numpy_helper
from safetensors import safe_open
from safetensors.numpy import save_file

NAMES = {
    "float16": "F16", "float32": "F32", "float64": "F64", "int8": "I8", "int16": "I16",
    "int32": "I32", "int64": "I64", "uint8": "U8", "uint16": "U16", "uint32": "U32",
    "uint64": "U64", "bool": "BOOL", "complex64": "C64", "complex128": "C128",
}
RANDOM = np.random.default_rng(7)


def arrays(types, count=40):
    made = {}
    for index in range(count):
        shape = tuple(int(side) for side in RANDOM.integers(0, 7, RANDOM.integers(0, 5)))
        made[f"layer.{index}.weight"] = np.zeros(shape, types[index % len(types)])
    return made


def tell(path, tensors):
    print(json.dumps({"file": path, "tensors": tensors}))


def read_safetensors(path):
    with safe_open(path, framework="np") as file:
        found = []
        for name in file.keys():
            part = file.get_slice(name)
            found.append([name, part.get_dtype(), list(part.get_shape())])
        return found


def read_gguf(path):
    reader = gguf.GGUFReader(path)
    return [[t.name, t.tensor_type.name, [int(n) for n in reversed(t.shape)]] for t in reader.tensors]


def onnx_graphs(graph):
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("g"):
                yield from onnx_graphs(attribute.g)
            for inner in attribute.graphs:
                yield from onnx_graphs(inner)


def read_onnx(path):
    model = onnx.load(path, load_external_data=False)
    found = []
    graphs = list(onnx_graphs(model.graph))
    for function in model.functions:
        graphs.append(helper.make_graph(list(function.node), function.name, [], []))
    for graph in graphs:
        for tensor in graph.initializer:
            found.append([tensor.name, None, list(tensor.dims)])
        for tensor in graph.sparse_initializer:
            found.append([tensor.values.name, None, list(tensor.values.dims)])
        for node in graph.node:
            if node.op_type != "Constant":
                continue
            for attribute in node.attribute:
                kind = onnx.TensorProto.DataType.Name(attribute.t.data_type)
                if attribute.HasField("t") and "FLOAT" in kind and attribute.t.dims:
                    found.append([node.output[0], None, list(attribute.t.dims)])
    return found


def read_npz(path):
    with np.load(path, allow_pickle=False) as file:
        return [[name, NAMES.get(str(file[name].dtype)), list(file[name].shape)] for name in file.files]


def read_npy(path):
    # Files of this folder only: the objects in them are its own.
    array = np.load(path, allow_pickle="objects" in path)
    return [["", NAMES.get(str(array.dtype)), list(array.shape)]]


def read_h5(path):
    found = []
    with h5py.File(path) as file:
        def visit(name, item):
            if isinstance(item, h5py.Dataset) and not name.startswith("optimizer"):
                found.append([name, NAMES.get(str(item.dtype)), list(item.shape)])
        file.visititems(visit)
    return found


def read_tflite(path):
    with open(path, "rb") as file:
        model = tflite.Model.GetRootAs(file.read(), 0)
    found = []
    for number in range(model.SubgraphsLength()):
        graph = model.Subgraphs(number)
        for index in range(graph.TensorsLength()):
            tensor = graph.Tensors(index)
            # Tensors without a value are computed.
            if model.Buffers(tensor.Buffer()).DataLength() > 0:
                shape = [int(side) for side in tensor.ShapeAsNumpy()] if tensor.ShapeLength() else []
                found.append([tensor.Name().decode(), None, shape])
    return found


def read_msgpack(path):
    found = []

    def array(code, data):
        shape, dtype, _ = msgpack.unpackb(data, raw=False)
        return ("array", list(shape), dtype) if code == 1 else None

    def visit(prefix, node):
        for name, value in node.items():
            place = f"{prefix}.{name}" if prefix else name
            if isinstance(value, dict):
                visit(place, value)
            elif isinstance(value, tuple):
                found.append([place, NAMES.get(value[2]), value[1]])

    with open(path, "rb") as file:
        visit("", msgpack.unpackb(file.read(), ext_hook=array, raw=False))
    return found


def read_vocabulary(path):
    if path.endswith(".json"):
        # Added tokens may be among the others or beside them.
        return tokenizers.Tokenizer.from_file(path).get_vocab_size(with_added_tokens=False)
    return sentencepiece.SentencePieceProcessor(model_file=path).get_piece_size()


READERS = {
    ".tflite": read_tflite, ".msgpack": read_msgpack,
    ".h5": read_h5,
    ".safetensors": read_safetensors, ".gguf": read_gguf, ".onnx": read_onnx, ".npz": read_npz,
    ".npy": read_npy,
}


def main():
    out = sys.argv[1]
    os.makedirs(out, exist_ok=True)
    place = lambda name: os.path.join(out, name)

    plain = ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool"]
    save_file(arrays(plain), place("a.safetensors"), metadata={"license": "mit"})
    save_file({}, place("empty.safetensors"))
    np.savez(place("a.npz"), **arrays(plain + ["complex64", "uint32"]))
    np.savez_compressed(place("b.npz"), **arrays(plain))
    np.save(place("a.npy"), np.zeros((3, 0, 5), "float64"))

    for name, endian in [("a.gguf", gguf.GGUFEndian.LITTLE), ("b.gguf", gguf.GGUFEndian.BIG)]:
        writer = gguf.GGUFWriter(place(name), "llama", endianess=endian)
        writer.add_license("apache-2.0")
        writer.add_array("tokenizer.ggml.tokens", [f"t{index}" for index in range(1000)])
        writer.add_array("tokenizer.ggml.scores", [0.5] * 1000)
        for index in range(8):
            writer.add_tensor(f"blk.{index}.a.weight", np.zeros((index + 1, 64), "float32"))
            writer.add_tensor(f"blk.{index}.b.weight", np.zeros((64,), "float16"))
        packed = gguf.quants.quantize(np.zeros((4, 64), "float32"), gguf.GGMLQuantizationType.Q8_0)
        writer.add_tensor("q.weight", packed, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()

    for name, endian in [("types.gguf", gguf.GGUFEndian.LITTLE), ("big.gguf", gguf.GGUFEndian.BIG)]:
        writer = gguf.GGUFWriter(place(name), "qwen3", endianess=endian)
        for kind in gguf.GGMLQuantizationType:
            _, width = gguf.GGML_QUANT_SIZES[kind]
            if kind == gguf.GGMLQuantizationType.Q8_1:
                continue  # Its size in gguf-py is that of an older layout; no file has it.
            data = np.zeros((2, width * 3), "uint8")
            writer.add_tensor(f"{kind.name}.weight", data, raw_shape=data.shape, raw_dtype=kind)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()

    np.save(place("fortran.npy"), np.asfortranarray(np.zeros((3, 5))))
    np.save(place("record.npy"), np.zeros(7, [("a", "<f4"), ("b", "<i8", (2,)), ("c", "S5")]))
    np.save(place("big.npy"), np.zeros((2, 3), ">f4"))
    np.save(place("text.npy"), np.array(["ab", "c"]))
    np.save(place("scalar.npy"), np.float32(1))
    np.save(place("objects.npy"), np.array([{"a": 1}, None], dtype=object), allow_pickle=True)

    held = [numpy_helper.from_array(array, name) for name, array in arrays(plain, 20).items()]
    output = helper.make_tensor_value_info("y", 1, [2])
    constant = helper.make_node(
        "Constant", [], ["c"], value=numpy_helper.from_array(np.zeros((2, 3), "float32")))
    graph = helper.make_graph([constant], "g", [], [output], held)
    onnx.save(helper.make_model(graph), place("a.onnx"))
    weight = lambda name, count: numpy_helper.from_array(np.zeros(count, "float32"), name)
    value = helper.make_tensor_value_info("v", 1, [3])
    branch = lambda name, count: helper.make_graph(
        [helper.make_node("Identity", [f"w{count}"], ["v"])], name, [], [value], [weight(f"w{count}", count)])
    choice = helper.make_node("If", ["c"], ["z"], then_branch=branch("then", 3), else_branch=branch("else", 5))
    inside = helper.make_node("Constant", [], ["k"], value=weight("", 4))
    function = helper.make_function("d", "F", ["a"], ["k"], [inside], [helper.make_opsetid("", 18)])
    sparse = helper.make_sparse_tensor(
        weight("sparse", 3), numpy_helper.from_array(np.arange(3), "places"), [10, 10])
    kinds = [helper.make_tensor(f"kind{kind}", kind, [4, 2], np.zeros(8))
             for kind in [1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 16, 17, 18, 19, 20, 21, 22]]
    graph = helper.make_graph([choice], "main", [], [output], kinds, sparse_initializer=[sparse])
    onnx.save(helper.make_model(graph, functions=[function]), place("b.onnx"))
    graph = helper.make_graph([], "outside", [], [output], [weight("w", 4096)])
    onnx.save_model(helper.make_model(graph), place("c.onnx"), save_as_external_data=True, location="c.data")

    for name, version in [("a.h5", "earliest"), ("b.h5", "latest")]:
        with h5py.File(place(name), "w", libver=version) as file:
            file.attrs["keras_version"] = "2.15.0"
            file.attrs["license"] = np.bytes_("mit")
            file.attrs["layer_names"] = np.array([b"a", b"b"])
            for group in range(5):
                made = file.create_group(f"model_weights/layer_{group}/layer_{group}")
                made.attrs["weight_names"] = [f"layer_{group}/kernel:0"]
                made["kernel:0"] = np.zeros((group + 1, 4), plain[group])
                made["bias:0"] = np.zeros((4,), "float32")
            file.create_dataset("packed", data=np.zeros((64, 64), "int32"), compression="gzip")
            file.create_dataset("optimizer_weights/x", data=np.zeros(3))
            file["scalar"] = np.float64(2)
            file["link"] = h5py.SoftLink("/scalar")
            if version == "earliest":
                for index in range(300):
                    file[f"many/item_{index}"] = np.zeros((index % 5 + 1,), "bool")

    def packed(array):
        parts = (list(array.shape), str(array.dtype), array.tobytes())
        return msgpack.ExtType(1, msgpack.packb(parts, use_bin_type=True))

    tree = {"params": {"dense": {"kernel": packed(np.zeros((3, 5), "float32")),
                                 "bias": packed(np.zeros((5,), "float16"))},
                       "embed": packed(np.zeros((7, 2), "int8"))}}
    with open(place("flax_model.msgpack"), "wb") as file:
        file.write(msgpack.packb(tree, use_bin_type=True))

    text = place("text.txt")
    with open(text, "w") as file:
        file.write("\n".join(" ".join(f"word{line * at % 97}" for at in range(8)) for line in range(300)))
    for kind in ["unigram", "bpe", "char", "word"]:
        sentencepiece.SentencePieceTrainer.train(
            input=text, model_prefix=place(kind), vocab_size=20 if kind == "char" else 60, model_type=kind,
            hard_vocab_limit=False, minloglevel=2)
    trainers = tokenizers.trainers
    for name, model, trainer in [
        ("wordpiece", tokenizers.models.WordPiece(unk_token="[UNK]"), trainers.WordPieceTrainer),
        ("bpe", tokenizers.models.BPE(), trainers.BpeTrainer),
        ("unigram", tokenizers.models.Unigram(), trainers.UnigramTrainer),
        ("wordlevel", tokenizers.models.WordLevel(unk_token="[UNK]"), trainers.WordLevelTrainer),
    ]:
        tokenizer = tokenizers.Tokenizer(model)
        tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
        tokenizer.train([text], trainer(vocab_size=80, special_tokens=["[UNK]"], show_progress=False))
        os.makedirs(place(name))
        tokenizer.save(os.path.join(place(name), "tokenizer.json"))

    for folder in sys.argv[1:]:
        for root, _, files in sorted(os.walk(folder)):
            for file in sorted(files):
                read = READERS.get(os.path.splitext(file)[1])
                path = os.path.join(root, file)
                if read:
                    tell(path, read(path))
                elif file == "tokenizer.json" or file.endswith(".model"):
                    print(json.dumps({"file": path, "vocabulary": read_vocabulary(path)}))


main()
