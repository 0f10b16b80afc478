from __future__ import annotations

import io
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ntb_relief.errors import InputError, SchemaError
from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.profiles import default_profiles, network_under, profile_under, standard_profiles
from ntb_relief.geo.profiles_frame import profiles_from_frame, profiles_to_frame
from ntb_relief.geo.roads import straight_details
from tests.geo.networks import make_table

LAND = ["truck_trailer", "heavy_truck", "light_truck", "4wd", "motorbike", "on_foot"]


def test_there_are_seven_profiles_and_all_are_assumed():
    """Heaviest first; heavier ones need better roads; each says that it is assumed."""
    profiles = standard_profiles()
    assert list(profiles) == [*LAND, "boat"]
    assert [profiles[name].min_access for name in LAND] == [6, 5, 4, 3, 2, 1]
    assert {profile.confidence for profile in profiles.values()} == {"assumed"}
    weights = [profiles[name].weight_kg for name in LAND[:5]]
    assert weights == sorted(weights, reverse=True)
    assert not profiles["on_foot"].obeys_one_way
    assert profiles["on_foot"].weight_kg is None


def test_the_demos_profiles_are_the_standard_ones_without_the_rest():
    """Same names, classes and speeds, so that plans on the embedded network are as before."""
    for name, profile in default_profiles().items():
        standard = standard_profiles()[name]
        assert (profile.speed_kph, profile.min_access, profile.kinds) == (standard.speed_kph, standard.min_access, standard.kinds)
        assert (profile.surface_factor, profile.weight_kg) == ({}, None)


@pytest.mark.parametrize("name", LAND)
def test_worse_roads_rain_and_dark_never_speed_up(name):
    """Paved to earth, flat to steep, dry to wet, day to night."""
    speeds = {
        (season, light): standard_profiles(season=season, light=light)[name] for season in ("dry", "wet") for light in ("day", "night")
    }
    day = speeds["dry", "day"]
    for looks in (("paved", "gravel", "earth"),):
        assert [day.edge_kph(road_class="local", surface=look) for look in looks] == sorted(
            (day.edge_kph(road_class="local", surface=look) for look in looks), reverse=True
        )
    slopes = [day.edge_kph(road_class="local", slope=zone) for zone in ("flat", "hilly", "steep")]
    assert slopes == sorted(slopes, reverse=True)
    assert slopes[0] > slopes[2]
    for surface in ("paved", "gravel", "earth", ""):
        look = {"road_class": "local", "surface": surface}
        wet, night = speeds["wet", "day"].edge_kph(**look), speeds["dry", "night"].edge_kph(**look)
        assert wet <= day.edge_kph(**look)
        assert night < day.edge_kph(**look)
        assert speeds["wet", "night"].edge_kph(**look) == pytest.approx(wet * night / day.edge_kph(**look))


def test_a_profile_of_another_name_says_which_it_is_like():
    mine = replace(standard_profiles()["4wd"], id="hardtop")
    with pytest.raises(InputError, match=r"profile 'hardtop': is not known; use one of truck_trailer, .*like="):
        profile_under(mine, season="wet")
    assert profile_under(mine, season="wet", like="4wd") == replace(standard_profiles(season="wet")["4wd"], id="hardtop")
    with pytest.raises(InputError, match="season 'monsoon': is not known; use one of dry, wet"):
        profile_under(mine, season="monsoon", like="4wd")
    with pytest.raises(InputError, match="light 'dusk'"):
        profile_under(mine, light="dusk", like="4wd")


def test_the_wet_season_closes_seasonal_roads():
    """A road affected by season is shut in the wet one only; what never is stays open but slower."""
    table = make_table(3, [(0, 1, "road", "local", 6, 1000), (1, 2, "road", "local", 6, 1000), (0, 2, "road", "local", 6, 1000)])
    details = replace(straight_details(3), seasonal=np.array([1, 2, 0], dtype=np.int8))
    network = RoadNetwork.from_table(table, crossings=[], profiles=standard_profiles(), details=details)
    wet = network_under(network, season="wet")
    assert wet.table.slow_factor.tolist() == [math.inf, 1, 1]
    assert network_under(network, light="night").table.slow_factor.tolist() == [1, 1, 1]
    assert wet.table.edge_duration_s(1, wet.profile("4wd")) > network.table.edge_duration_s(1, network.profile("4wd"))
    assert wet.details is details
    assert network_under(RoadNetwork.from_ntb(), season="wet").num_closed == 0


def test_a_table_of_profiles_survives_a_csv():
    """What a planner edits in a spreadsheet and gives back; one changed figure changes that profile alone."""
    profiles = standard_profiles()
    text = profiles_to_frame(profiles).to_csv(index=False)
    frame = pd.read_csv(io.StringIO(text))
    assert profiles_from_frame(frame) == profiles
    row = frame.index[(frame["profile"] == "4wd") & (frame["of"] == "speed_kph") & (frame["name"] == "trunk")]
    frame.loc[row, "value"] = "55"
    changed = profiles_from_frame(frame)
    assert changed["4wd"].speed_kph["trunk"] == 55
    assert {name for name in profiles if changed[name] != profiles[name]} == {"4wd"}


def test_a_wrong_table_of_profiles_is_told_row_by_row():
    rows = [
        ("4wd", "speed_kph", "trunk", "fast"),
        ("4wd", "wheels", "", 4),
        ("4wd", "obeys_one_way", "", "maybe"),
        ("4wd", "min_access", "", 3.5),
        ("4wd", "kinds", "", "road"),
    ]
    frame = pd.DataFrame(rows, columns=["profile", "of", "name", "value"])
    with pytest.raises(InputError) as error:
        profiles_from_frame(frame)
    assert [(issue.where, issue.what) for issue in error.value.issues] == [
        ("table of profiles row 1", "value of 'speed_kph' is 'fast'"),
        ("table of profiles row 2", "of is 'wheels'"),
        ("table of profiles row 3", "value of 'obeys_one_way' is 'maybe'"),
        ("table of profiles row 4", "value of 'min_access' is '3.5'"),
    ]
    with pytest.raises(SchemaError, match="lacks the columns of, value"):
        profiles_from_frame(frame[["profile", "name"]])
