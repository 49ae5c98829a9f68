"""What the settings say about access, made ready: the tokens' files are read, the verifier of JSON Web Tokens is built."""

import secrets
import time
from pathlib import Path

from delivery.errors import Misconfigured
from graphql_api.access.access import Access
from graphql_api.access.json_web_tokens import TokenVerifier
from graphql_api.access.key_sets import KeySets, read_key_set, source_of
from graphql_api.access.tokens import TokenFiles
from graphql_api.settings import GraphQLSettings

ID_KEY_BYTES_MIN = 16


def open_access(settings: GraphQLSettings) -> Access:
    """Who may ask. Misconfigured where a file can't be read or used; a URL is asked when the first token comes."""
    verifier = _verifier(settings) if settings.jwt_issuer else None
    return Access(TokenFiles(settings), verifier)


def _verifier(settings: GraphQLSettings) -> TokenVerifier:
    place = settings.jwt_keys
    if "://" not in place:
        try:
            read_key_set(Path(place).read_bytes())
        except (OSError, Misconfigured) as problem:
            raise Misconfigured(f"EDS_GRAPHQL_JWT_KEYS={place}: {problem}") from problem
    keys = KeySets(source_of(place), settings.jwt_keys_max_age_s, time.monotonic)
    return TokenVerifier(settings, keys, time.time)


def read_id_key(settings: GraphQLSettings) -> bytes:
    """The key that hides addresses in ids; one of this process alone where none is set."""
    if not settings.id_key_file:
        return secrets.token_bytes(32)
    try:
        key = Path(settings.id_key_file).read_bytes().strip()
    except OSError as problem:
        raise Misconfigured(f"EDS_GRAPHQL_ID_KEY_FILE={settings.id_key_file}: {problem.strerror}") from problem
    if len(key) < ID_KEY_BYTES_MIN:
        raise Misconfigured(f"EDS_GRAPHQL_ID_KEY_FILE={settings.id_key_file}: fewer than {ID_KEY_BYTES_MIN} bytes")
    return key
