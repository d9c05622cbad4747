#!/usr/bin/env python
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from subtitles.management.run import main

if __name__ == "__main__":
    main()
