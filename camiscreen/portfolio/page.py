"""stub"""
def render(batch, layers, tr): return b""
