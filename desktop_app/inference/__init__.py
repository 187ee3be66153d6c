"""Everything that opens a model; the only room that imports onnxruntime."""
