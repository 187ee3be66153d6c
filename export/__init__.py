"""From a trained model to one self-describing, verified `.onnx` file."""
