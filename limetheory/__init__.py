"""limetheory."""
from limetheory.designs import *
from limetheory.limits import *
from limetheory.estimation import *
