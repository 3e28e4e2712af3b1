from components.router import require_router

require_router()
