"""What a process that starts programs by forking has read beforehand; imported there alone, for it reads everything."""

import main
from bot import service
from messages import ready

__all__ = ["main", "service"]

ready.prepare()
