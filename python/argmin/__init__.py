"""Optimizers over named tensors."""
