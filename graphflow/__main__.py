"""``python -m graphflow`` is the ``graphflow`` command."""

from graphflow.working_folder import leave_working_folder

leave_working_folder()

from graphflow.cli import main  # noqa: E402

main()
