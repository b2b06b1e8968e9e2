"""Property tests for whoever writes an explainer: does it converge to what it should, and are its intervals right?"""
