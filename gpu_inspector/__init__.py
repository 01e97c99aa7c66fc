"""GPU Inspector: is this NVIDIA card what it is said to be?"""

__version__ = "0.1.0"
