"""Your data: files with prices, what was understood of them, and what is in use."""

import streamlit as st

from aftershock.findings import brought as say
from components import brought
from components.notices import escaped
from components.router import require_router

require_router()
st.title(escaped(say.title([file.upload.outcome for file in brought.files().values()])))
with st.container(key="deck"):
    st.markdown(escaped(say.DECK))
brought.drop_field()
brought.in_use()
brought.each()
