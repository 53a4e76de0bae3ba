"""The command `coursewright`, also ``python -m flows`` from a plain clone."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from coursewright.errors import CourseError, InputError

WRONG_INPUT = 2
ANYTHING_ELSE = 1
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; gives its exit code.

    Exit codes: 0 complete, 2 wrong input and nothing was run, 3 finished with gaps, 4 stopped by a quota or a
    cost limit, 1 anything else.
    """
    from flows.commands.parser import make_parser

    parser = make_parser()
    given = sys.argv[1:] if arguments is None else arguments
    if not given:
        parser.print_help(sys.stderr)
        return WRONG_INPUT
    options = parser.parse_args(given)
    try:
        return int(options.run(options))
    except InputError as error:
        print(f"coursewright: {error}", file=sys.stderr)
        return WRONG_INPUT
    except CourseError as error:
        print(f"coursewright: {error}", file=sys.stderr)
        return ANYTHING_ELSE
    except KeyboardInterrupt:
        print(
            "\ncoursewright: interrupted. All that is finished is kept; run again to go on.", file=sys.stderr
        )
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever reads our output has had enough of it, as `head` does.
        sys.stderr.close()
        return ANYTHING_ELSE


if __name__ == "__main__":
    sys.exit(main())
