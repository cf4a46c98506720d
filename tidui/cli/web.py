"""tidui manage, init, serve and worker: the product in the browser."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import click

from tidui.cli.terminal import FOLDER, lang_option, say, tell

SETTINGS = "tidui.config.settings"


def start_django() -> None:
    """Set Django up; a command that needs no web never pays for it."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()


@click.command(
    context_settings={
        "ignore_unknown_options": True,
        "allow_extra_args": True,
        "help_option_names": [],
    }
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run a command of Django: migrate, check, shell …"""
    start_django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["tidui manage", *arguments])


def prepare_database() -> None:
    """Bring the database to the present state of the product."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


@click.command()
@click.option("--address", default="http://127.0.0.1:8000", show_default=True)
@lang_option
def init(address: str, lang: str) -> None:
    """Prepare an installation: database, ledger folder, administrators with one-time links."""
    start_django()
    prepare_database()
    from tidui.apps.people.services.first import first_administrators

    tokens = first_administrators()
    if not tokens:
        tell("cli.init-again", lang)
    for username, token in tokens.items():
        tell("cli.init-link", lang, user=username, link=f"{address.rstrip('/')}/welcome/{token}/")


@click.command()
def worker() -> None:
    """Do long work, one job after the other, and seal the audit log every minute."""
    start_django()
    from tidui.apps.jobs.worker import Worker

    working = Worker()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: working.stop())
    working.run()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes that answer pages.")
@click.option("--jobs", default=1, show_default=True, help="Processes that do long work.")
def serve(host: str, port: int, workers: int, jobs: int) -> None:
    """Serve the pages and do the long work, until stopped."""
    serve_all(host, port, workers, jobs)


def serve_all(host: str, port: int, workers: int, jobs: int) -> None:
    """Start the server and the workers as processes of their own; one that dies is started anew."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": SETTINGS}
    server = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "1", "--no-ws", "--respawn-failed-workers",
        "--log-level", "warning", "tidui.config.wsgi:application",
    ]  # fmt: skip
    commands = [server, *([[sys.executable, "-m", "tidui", "worker"]] * jobs)]
    running = [subprocess.Popen(command, env=environment) for command in commands]
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    while not stopping.wait(1.0):
        for place, process in enumerate(running):
            if process.poll() is not None:
                running[place] = subprocess.Popen(commands[place], env=environment)
    for process in running:
        process.terminate()
    for process in running:
        process.wait()


@click.command()
@click.option("--examples", type=FOLDER, default=Path("examples"), show_default=True)
@click.option("--home", type=FOLDER, default=Path("build/demo"), show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--keep", is_flag=True, help="Go on with the demo bank of the last time.")
@click.option("--prepare-only", is_flag=True, help="Fill the demo bank and stop.")
def demo(
    examples: Path, home: Path, host: str, port: int, keep: bool, prepare_only: bool
) -> None:  # fmt: skip
    """Load the example bank anew, start the server, and print its address and log-ins."""
    if not (examples / "loads.yaml").exists():
        raise click.BadParameter(f"{examples} holds no example bank")
    from tidui.cli.demo_bank import CAST, PASSWORD, build_demo, forget

    made = keep and (home / "tidui.sqlite3").exists()
    if not made:
        forget(home)
    os.environ["TIDUI_HOME"] = str(home.absolute())
    os.environ["TIDUI_DEMO"] = "1"
    os.environ.setdefault("TIDUI_HOSTS", f"{host},localhost,127.0.0.1")
    start_django()
    prepare_database()
    if not made:
        build_demo(examples, lambda step: say(f"  {step}"))
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    say(f"\n  http://{host}:{port}/   password: {PASSWORD}")
    for username, _who, _role, _unit, words in CAST:
        say(f"    {username:<10} {words}")
    if not prepare_only:
        serve_all(host, port, workers=2, jobs=1)
