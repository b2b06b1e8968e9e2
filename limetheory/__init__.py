"""limetheory."""
from limetheory.designs import *
from limetheory.limits import *
