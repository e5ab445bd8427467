"""Those whom most stories are about."""

from tests.support.world import World


async def lan_minh_and_hung(world: World) -> None:
    """Tây Ninh's campaign is loaded; Lan (Bến Cầu) and Minh (Gò Dầu) report, Hùng leads the province."""
    await world.load()
    for name, code, unit, role in (
        ("Lan", "K7QM-2XPD", "TN-BC", "reporter"),
        ("Minh", "M3NH-4GDA", "TN-GD", "reporter"),
        ("Hùng", "HEAD-ER23", "TN", "leader"),
    ):
        await world.joins(name, code, unit, role)
