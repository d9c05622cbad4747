from __future__ import annotations

import psycopg
import redis

from tests.services import PostgreSQL, Redis


def test_redis_answers_and_comes_back_after_a_kill(redis_server: Redis) -> None:
    with redis.Redis.from_url(redis_server.url) as client:
        assert client.ping()
    redis_server.kill()
    redis_server.start()
    with redis.Redis.from_url(redis_server.url) as client:
        assert client.ping()


def test_postgresql_gives_out_empty_databases(postgres_server: PostgreSQL) -> None:
    address = postgres_server.new_database("fresh")
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
