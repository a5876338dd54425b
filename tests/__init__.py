"""The tests of foi."""
