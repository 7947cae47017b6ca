"""The page in a browser: what somebody sees who has read nothing."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.commands import Shell
from tests.dashboard.browser import PHONE, Watched, serious
from tests.dashboard.conftest import Stage
from tests.foreign import retain
from tests.sites import serving

pytestmark = [pytest.mark.broker, pytest.mark.slow]
expect.set_options(timeout=20_000)
Visit = Callable[..., Watched]

IN = {
    "en": ("In the air", "Intermediate-range ballistic missile", "predicted impact in"),
    "ja": ("飛翔中", "中距離弾道ミサイル", "落下予測まで"),
    "ko": ("비행 중", "중거리 탄도미사일", "예상 낙하까지"),
}


def password_in(folder: Path) -> str:
    """Return the password of the role that a folder of credentials is handed to."""
    return str(json.loads((folder / "credentials.json").read_text(encoding="utf-8"))["password"])


NASTY = "<img src=x onerror=alert(1)><script>document.title='owned'</script>"


def answers_the_five_questions(page: Page) -> None:
    """Say whether it is real, what flies, who knows, who was warned, and how the feed does."""
    expect(page.get_by_role("banner")).to_contain_text("EXERCISE EXERCISE EXERCISE")
    expect(page.get_by_role("banner")).to_contain_text(re.compile(r"2022.*07:\d\d:\d\d.*playing"))
    launch = page.get_by_role("region", name="In the air")
    expect(launch).to_contain_text("Intermediate-range ballistic missile")
    expect(launch).to_contain_text("Mupyong-ni")
    expect(launch).to_contain_text(re.compile(r"predicted impact in\s*\d+:\d\d"))
    expect(launch).to_contain_text("at sea")
    knows = page.get_by_role("region", name="Who knows")
    for code in ("JPN", "KOR", "USA"):
        expect(knows.get_by_role("row", name=re.compile(f"^{code}"))).to_contain_text("own")
    expect(knows.get_by_role("row", name=re.compile("^JPN"))).to_contain_text(
        "does not have KOR’s report yet"
    )
    alerts = page.get_by_role("region", name="Alerts")
    expect(alerts).to_contain_text("J-Alert")
    expect(alerts).to_contain_text("Hokkaido, Tokyo islands")
    expect(alerts).to_contain_text(re.compile(r"on for \d+ (sec|min)"))
    expect(page.get_by_role("region", name="Feed")).to_contain_text("messages")


def test_who_comes_late_or_again_sees_the_right_picture(visit: Visit) -> None:
    """At once; and the map draws it."""
    page = visit().page
    answers_the_five_questions(page)
    expect(page.locator(".map .canvas")).to_have_attribute("data-drawn", re.compile("[1-9]"))
    page.reload()
    answers_the_five_questions(page)
    # Since when, by which path and what it was: all of it is in what stands.
    log = page.get_by_role("region", name="Log")
    expect(log).to_contain_text("detected: Intermediate-range ballistic missile from Mupyong-ni")
    expect(log).to_contain_text(re.compile(r"begins at 07:\d\d:\d\d, when this page was opened"))
    knows = page.get_by_role("region", name="Who knows")
    expect(knows.get_by_role("row", name=re.compile("^JPN"))).to_contain_text("since 07:23:22")
    expect(page.locator(".plot .canvas canvas")).to_be_visible()
    page.get_by_role("checkbox", name="with positions").check()
    expect(page.get_by_role("region", name="Log")).to_contain_text("track · update")


def test_a_lost_broker_is_told_and_taken_up_again(visit: Visit, stage: Stage) -> None:
    """What was known is known again, and nothing old is shown as new in between."""
    page = visit().page
    answers_the_five_questions(page)
    stage.broker.kill()
    expect(page.get_by_role("status").first).to_contain_text("connection lost")
    expect(page.get_by_role("banner")).to_contain_text("EXERCISE")
    stage.broker.restart()
    expect(page.get_by_role("status").first).not_to_contain_text("connection lost")
    answers_the_five_questions(page)


def test_three_languages_and_two_looks(visit: Visit) -> None:
    """Chosen on the page, kept for the next time, without anything left untranslated."""
    page = visit("?theme=dark").page
    for language, texts in IN.items():
        page.get_by_role("banner").get_by_role("combobox").last.select_option(language)
        expect(page.locator("html")).to_have_attribute("lang", language)
        for text in texts:
            expect(page.locator("main")).to_contain_text(text)
    page.reload()
    expect(page.locator("main")).to_contain_text(IN["ko"][0])


def test_nobody_is_kept_out(visit: Visit) -> None:
    """By colours, names or order, as far as axe can tell."""
    page = visit("?lang=en&theme=dark").page
    answers_the_five_questions(page)

    assert serious(page) == []
    page.get_by_role("button", name="Light or dark").click()
    page.get_by_role("button", name="Light or dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "system")
    assert serious(page) == []


def test_a_phone_shows_the_same_and_the_mark_stays(visit: Visit) -> None:
    """In one column, the map behind a button; nothing runs out at the side."""
    page = visit(size=PHONE).page
    answers_the_five_questions(page)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.mouse.wheel(0, 3000)
    expect(page.get_by_role("banner")).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Map", exact=True).click()
    expect(page.locator(".map .canvas")).to_have_attribute("data-drawn", re.compile("[1-9]"))
    globe = page.get_by_role("button", name="Globe")
    globe.click()
    expect(globe).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".map .canvas")).to_have_attribute("data-drawn", re.compile("[1-9]"))


def test_a_phone_shows_the_first_of_many_and_the_rest_when_asked(
    browser: Browser, tmp_path: Path
) -> None:
    """Those that come down first; a button with the number of the others opens and closes them."""
    shell = Shell(tmp_path)
    try:
        played = ("eighteen-at-once", "--rate", "1", "--start-offset", "4m", "--lines")
        ports = ("--port", "0", "--websocket-port", "0", "--dashboard-port", "0")
        run = shell.start("run", *played, *ports)
        address = run.until(r"EXERCISE dashboard: (\S+)").group(1)
        watched = Watched(browser, f"{address}?lang=en", PHONE)
        rows = watched.page.get_by_role("region", name="In the air").get_by_role("listitem")
        more = watched.page.get_by_role("button", name="Show 12 more")
        expect(more).to_have_attribute("aria-expanded", "false")
        expect(rows.locator("visible=true")).to_have_count(6)
        left = [left_of(each) for each in rows.all_inner_texts()]
        assert left == sorted(left)
        more.click()
        expect(rows.locator("visible=true")).to_have_count(18)
        watched.close()
    finally:
        shell.close()


def left_of(row: str) -> int:
    """Return the seconds to the predicted impact that a row tells."""
    found = re.search(r"predicted impact in\s*(\d+):(\d\d)", row)
    assert found is not None, row
    return int(found[1]) * 60 + int(found[2])


def test_a_country_alone_sees_what_it_would_see(visit: Visit) -> None:
    """As the user of that country, and nothing is denied to it."""
    page = visit("?lang=en&country=kor").page
    knows = page.get_by_role("region", name="Who knows")
    expect(knows.get_by_role("row")).to_have_count(1)
    expect(knows.get_by_role("row", name=re.compile("^KOR"))).to_contain_text("own")
    expect(page.get_by_role("status").first).to_have_text("")


def test_hostile_words_are_shown_or_left_out(visit: Visit, stage: Stage) -> None:
    """Never executed, and never a blank page."""
    base, run = "exercise/v1/hostile", "01hostile"
    mark = {"status": "Exercise", "run": run, "epoch": 1}
    time = "2022-10-04T07:30:00.000+09:00"
    clock = {"state": "paused", "rate": 1, "position_s": 60, "duration_s": 1e308, "time": time}
    told = {
        f"{base}/clock": mark | clock | {"duration_s": 900},
        f"{base}/manifest": mark | {"exercise": f"EXERCISE {NASTY}", "title": NASTY},
        f"{base}/state/jpn/alert/bad": mark
        | {
            "specversion": "1.0",
            "message": NASTY,
            "source": "/exercise/hostile/jpn",
            "type": "exercise.alert.alert.v1",
            "subject": "bad",
            "time": time,
            "due": time,
            "sequence": "1",
            "recipient": "JPN",
            "data": {
                "issuer": {"country": NASTY, "channel": NASTY},
                "headline": {"en": NASTY},
                "text": {"en": ["not", "text"]},
                "areas": [{"name": NASTY, "point": {"coordinates": [1e99, "x"]}}, 7, None],
            },
        },
    }
    strange = {"type": "exercise.constructor.alert.v1", "data": {"state": {"toString": 1}}}
    told[f"{base}/feed/jpn/constructor/bad"] = told[f"{base}/state/jpn/alert/bad"] | strange
    deep = '{"a":' * 3000 + "1" + "}" * 3000
    refused = {
        f"{base}/head/jpn": deep,
        f"{base}/geo/jpn/bad": "\x00\xff",
        f"{base}/state/jpn/launch/foreign": '{"temperature": 21}',
        f"{base}/state/kor/launch/huge": json.dumps(mark | {"time": 1e308}),
    }
    retained = {topic: json.dumps(payload) for topic, payload in told.items()} | refused
    for topic, text in retained.items():
        retain(stage.broker, topic, text.encode())
    try:
        page = visit("?lang=en&exercise=hostile").page
        expect(page.get_by_role("region", name="Alerts")).to_contain_text(NASTY)
        expect(page.get_by_role("banner")).to_contain_text("EXERCISE EXERCISE EXERCISE")
        expect(page.get_by_role("region", name="Feed")).to_contain_text("left out 4")
        expect(page.get_by_role("region", name="Log")).to_contain_text("constructor")
        assert page.locator("main img").count() == 0
        assert page.title() == f"EXERCISE · {NASTY}"
    finally:
        for topic in retained:
            retain(stage.broker, topic, b"")


def said(page: Page, run: str, stage: Stage, *, epoch: int = 1) -> None:
    """Let the clock of a run of an exercise of its own speak once."""
    clock = {
        "status": "Exercise",
        "run": run,
        "epoch": epoch,
        "state": "playing",
        "rate": 1,
        "position_s": 60,
        "duration_s": 900,
        "late_ms": 0,
        "time": "2022-10-04T07:30:00.000+09:00",
    }
    retain(stage.broker, "exercise/v1/odd/clock", json.dumps(clock).encode())
    expect(page.get_by_role("banner")).to_contain_text("EXERCISE")


def test_a_clock_that_stops_and_two_players_of_one_name_are_told(
    visit: Visit, stage: Stage
) -> None:
    """In words, where it stands still; and the newer one of two is shown."""
    page = visit("?lang=en&exercise=odd").page
    status = page.get_by_role("status").first
    try:
        expect(status).to_contain_text("no exercise is being played")
        said(page, "01aaa", stage)
        expect(page.get_by_role("banner")).to_contain_text("playing")
        said(page, "01bbb", stage)
        said(page, "01aaa", stage)
        expect(status).to_contain_text("two players play under this name")
        expect(status).to_contain_text("the clock has been silent for")
        expect(page.locator("main")).to_contain_text("Nothing is in the air")
    finally:
        retain(stage.broker, "exercise/v1/odd/clock", b"")
    expect(page.get_by_role("banner")).to_contain_text("the player has gone")


@pytest.mark.nats_server("mosquitto lets in whom it does not know, and grants it nothing")
def test_a_refused_log_in_is_told_and_can_be_given_anew(visit: Visit, stage: Stage) -> None:
    """Never a blank page; the right password opens it."""
    page = visit("?lang=en#operator=expired").page
    expect(page.get_by_role("status").first).to_contain_text("refuses this log-in")
    form = page.get_by_role("form", name="Log in to the broker")
    form.get_by_label("User").fill("operator")
    form.get_by_label("Password").fill(stage.broker.passwords["operator"])
    form.get_by_role("button", name="Connect").click()
    expect(page.get_by_role("button", name="More")).to_be_visible()
    expect(page.get_by_role("status").first).not_to_contain_text("refuses")
    page.reload()
    expect(page.get_by_role("button", name="More")).to_be_visible()


def test_a_password_that_is_changed_while_the_page_is_open(
    browser: Browser, tmp_path: Path
) -> None:
    """The page says so and keeps what it knew; with the new one it goes on from there."""
    shell, folder = Shell(tmp_path), tmp_path / "workshop"
    try:
        shell.broker("--secure", str(folder))
        played = ("over-aomori-2022", "--rate", "1", "--start-offset", "7m")
        shell.start("publish", *played, "--credentials", str(folder / "player"))
        served = shell.start("dashboard", "--port", "0", "--credentials", str(folder / "observer"))
        address = served.until(r"EXERCISE dashboard: (\S+)").group(1)
        watched = Watched(browser, address.replace("#", "?lang=en#"))
        page = watched.page
        answers_the_five_questions(page)
        page.get_by_text("with positions").click()
        log = page.get_by_role("region", name="Log")
        rows = log.get_by_role("listitem")
        before = rows.count()
        assert shell.run("credentials", "rotate", str(folder), "observer").returncode == 0
        status = page.get_by_role("status").first
        expect(status).to_contain_text("refuses this log-in")
        expect(page.get_by_role("region", name="In the air")).to_contain_text("Mupyong-ni")
        form = page.get_by_role("form", name="Log in to the broker")
        form.get_by_label("User").fill("observer")
        form.get_by_label("Password").fill(password_in(folder / "observer"))
        form.get_by_role("button", name="Connect").click()
        expect(status).to_have_text("")
        answers_the_five_questions(page)
        assert rows.count() >= before
        # What was sent meanwhile is no gap of the feed.
        expect(page.get_by_role("region", name="Feed")).not_to_contain_text("missing")
        expect(rows.filter(has_text="jalert-aomori")).to_have_count(1)
        assert shell.run("credentials", "revoke", str(folder), "observer").returncode == 0
        expect(status).to_contain_text("refuses this log-in")
        watched.close()
    finally:
        shell.close()


@pytest.mark.nats_server("an operator has another name on mosquitto that is not secured")
def test_only_the_operator_has_buttons_and_the_keyboard_is_enough(
    visit: Visit, stage: Stage
) -> None:
    """What is asked is done, and what follows is seen; last, as the run is another one after it."""
    observer = visit()
    page = observer.page
    answers_the_five_questions(page)
    for name in ("Pause", "Next event", "×10"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_disabled()
    expect(page.get_by_role("slider")).to_be_disabled()
    observer.leave()
    page = visit(f"?lang=en#operator={stage.broker.passwords['operator']}").page
    answers_the_five_questions(page)
    assert "password" not in page.url
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the situation")).to_be_focused()
    page.keyboard.press("Enter")
    band = page.get_by_role("banner")
    page.keyboard.press("Space")
    expect(band).to_contain_text("paused")
    page.get_by_role("button", name="×10", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="×10", pressed=True)).to_be_visible()
    page.get_by_role("slider").focus()
    page.keyboard.press("Home")
    expect(band).to_contain_text("jump 1")
    expect(band).to_contain_text("T+0:0")
    expect(page.get_by_role("region", name="In the air")).to_contain_text("Nothing is in the air")
    page.keyboard.press("End")
    expect(band).to_contain_text("T+33:38:00")
    expect(page.get_by_role("status").first).to_have_text("")


@pytest.mark.nats_server("an operator has another name on mosquitto that is not secured")
def test_an_operator_holds_fires_skips_and_adds(visit: Visit, stage: Stage) -> None:
    """Each is done, and what came of it is seen by everybody; the keyboard opens the drawer."""
    page = visit(f"?lang=en#operator={stage.broker.passwords['operator']}").page
    page.get_by_role("slider").focus()
    page.keyboard.press("Home")
    pause = page.get_by_role("button", name="Pause", exact=True)
    expect(page.get_by_role("button", name=re.compile("^(Play|Pause)$"))).to_be_enabled()
    if pause.is_visible():
        pause.click()
    page.get_by_role("button", name="More").press("Enter")
    drawer = page.get_by_role("region", name="Operator")
    planned = drawer.get_by_role("listitem").filter(
        has_text=re.compile("J-Alert|Take cover|launch")
    )
    expect(planned.first).to_be_visible()
    assert serious(page) == []
    first = drawer.get_by_role("button", name=re.compile("^Hold: ")).first
    name = str(first.get_attribute("aria-label")).removeprefix("Hold: ")
    first.click()
    fire = page.get_by_role("button", name=f"Fire: {name}", exact=True)
    row = drawer.get_by_role("listitem").filter(has=fire)
    expect(row).to_contain_text("held")
    fire.click()  # it was not due yet, so it is as planned again
    expect(row).not_to_contain_text("held")
    fire.click()
    expect(fire).to_have_count(0)
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_role("region", name="Alerts")).to_contain_text("J-Alert")

    drawer.get_by_label("Areas").fill("Sado, Noto")
    drawer.get_by_label("Text", exact=True).fill("Added by the control staff.")
    drawer.get_by_role("button", name="Add").first.click()
    expect(page.get_by_role("region", name="Alerts")).to_contain_text("Sado, Noto")
    drawer.get_by_text("As JSON").click()
    drawer.get_by_label("JSON", exact=True).fill("incident: x")
    drawer.get_by_role("button", name="Add").last.click()
    expect(page.get_by_role("status").first).to_contain_text("That is no JSON")


HOSTILE = """async ([page, broker]) => {
    const said = {};
    const opens = (url) => new Promise((done) => {
        const socket = new WebSocket(url, "mqtt");
        socket.onopen = () => done("open");
        socket.onerror = () => done("refused");
    });
    said.relay = await opens(page.replace("http", "ws") + "mqtt");
    said.broker = await opens(broker);
    said.read = await fetch(page).then((answer) => answer.text(), () => "refused");
    said.told = await fetch(page + "broker.json").then((answer) => answer.text(), () => "refused");
    said.blind = await fetch(page, {mode: "no-cors"}).then((got) => got.type, () => "refused");
    said.script = await new Promise((done) => {
        const script = document.createElement("script");
        script.src = page + "broker.json";
        script.onload = () => done("loaded");
        script.onerror = () => done("refused");
        document.head.append(script);
    });
    const frame = document.createElement("iframe");
    frame.src = page;
    await new Promise((done) => { frame.onload = done; document.body.append(frame); });
    try { said.frame = frame.contentWindow.document.title; } catch { said.frame = "refused"; }
    const opened = window.open(page);
    await new Promise((done) => setTimeout(done, 1000));
    said.window = opened.closed ? "refused" : "held";
    return said;
}"""


@pytest.mark.parametrize("name", ["127.0.0.1", "rebound.example"])
@pytest.mark.nats_server("mosquitto looks at no origin")
def test_a_page_of_somebody_else_gets_nothing(
    browser: Browser, stage: Stage, tmp_path: Path, name: str
) -> None:
    """Not the broker's ear, by either way; not the page's text, frame or window."""
    broker = f"ws://{name}:{stage.broker.websocket_port}/mqtt"
    (tmp_path / "index.html").write_text("<title>hostile</title>", encoding="utf-8")
    address = stage.address.replace("127.0.0.1", name)
    with serving(tmp_path) as site:
        context = browser.new_context()
        page = context.new_page()
        page.goto(site.replace("127.0.0.1", name))
        said = page.evaluate(HOSTILE, [address, broker])
        whole = page.goto(address)
        assert whole is not None
        # By a name that is not its own it is not even served to itself.
        assert whole.status == (200 if name == "127.0.0.1" else 403)
        context.close()
    if name != "127.0.0.1":
        del said["window"]  # what it holds is a refusal
    assert said == dict.fromkeys(said, "refused")
