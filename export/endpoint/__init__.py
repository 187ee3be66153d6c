"""A model as an endpoint of Azure Machine Learning: `folder.py` writes what runs `score.py` there."""
