"""How a file that a person brings becomes prices: one idea a module, joined by `aftershock.sources.upload`."""
