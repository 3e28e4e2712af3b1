"""What happened: the day in one sentence, four figures, a map, a ranking, the path and the table."""

from aftershock.findings import notices
from aftershock.findings import overview as say
from components import page, sections, stage, state, tables, theme, tiles
from components.charts import paths
from components.exports import overview as data
from components.router import require_router

require_router()
p, impact = theme.palette(), stage.impact(state.view())
focus = state.focus(impact)

page.head(say.headline(impact), say.deck(impact), impact, values=True)
tiles.overview(impact, focus)

sections.map_and_ranking(impact, p)
with page.block("path", say.path_title(impact, focus), say.path_caption(impact, focus), lambda: data.paths(impact)):
    page.show(
        lambda: paths.rebased(impact, p, focus, (impact.first, impact.last)),
        "path",
        f"Lines of share prices. {say.path_title(impact, focus)}.",
    )
with page.block("table", say.table_title(impact), say.table_caption(impact)):
    tables.overview(impact, p)
page.source(say.market_line(impact))
page.source(say.rest_line(impact))
page.source(notices.not_estimated(impact))
page.source(say.SOURCE)
