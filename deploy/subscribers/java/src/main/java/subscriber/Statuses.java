package subscriber;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The newest status of each message, and how far each partition has been read; in any database that JDBC reaches. */
final class Statuses implements AutoCloseable {
    /** Tombstones stay for a day: whoever was away for longer may have missed some. */
    private static final Duration AWAY_MAX = Duration.ofHours(20);

    // An equal revision may carry another status, after a rebuild: the later record counts, and a copy changes nothing.
    private static final String UPSERT = """
            insert into statuses (tracking_id, topic_partition, revision, phase, value) values (?, ?, ?, ?, ?)
            on conflict (tracking_id) do update set topic_partition = excluded.topic_partition,
                revision = excluded.revision, phase = excluded.phase, value = excluded.value
            where excluded.revision >= statuses.revision""";
    private static final String ADVANCE = """
            insert into positions (topic_partition, next_offset, noted_at) values (?, ?, ?)
            on conflict (topic_partition) do update set next_offset = max(positions.next_offset, excluded.next_offset),
                noted_at = excluded.noted_at""";

    private final Connection database;

    Statuses(String url) throws SQLException {
        database = DriverManager.getConnection(url);
        try (Statement statement = database.createStatement()) {
            statement.execute("pragma journal_mode = wal");
            statement.execute("""
                    create table if not exists statuses (tracking_id text primary key, topic_partition integer not null,
                        revision integer not null, phase text not null, value text not null)""");
            statement.execute("""
                    create table if not exists positions (topic_partition integer primary key,
                        next_offset integer not null, noted_at integer not null)""");
        }
        database.setAutoCommit(false);
    }

    /** Views and offsets, all or nothing. */
    void apply(Iterable<ConsumerRecord<byte[], byte[]>> records, long nowSeconds) throws SQLException, IOException {
        try (PreparedStatement upsert = database.prepareStatement(UPSERT);
                PreparedStatement delete = database.prepareStatement("delete from statuses where tracking_id = ?");
                PreparedStatement advance = database.prepareStatement(ADVANCE)) {
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (record.value() == null) { // the message is gone; what may come under its id later begins anew
                    delete.setString(1, text(record.key()));
                    delete.executeUpdate();
                } else {
                    MessageStatus status = MessageStatus.read(record.value());
                    upsert.setString(1, status.trackingId());
                    upsert.setInt(2, record.partition());
                    upsert.setLong(3, status.revision());
                    upsert.setString(4, status.knownPhase());
                    upsert.setString(5, text(record.value()));
                    upsert.executeUpdate();
                }
                advance.setInt(1, record.partition());
                advance.setLong(2, record.offset() + 1);
                advance.setLong(3, nowSeconds);
                advance.executeUpdate();
            }
            database.commit();
        } catch (SQLException | IOException | RuntimeException problem) {
            database.rollback();
            throw problem;
        }
    }

    /** The offset to read on from; empty for the beginning: nothing was read yet, or too much time has passed since. */
    OptionalLong start(int partition, long nowSeconds) throws SQLException {
        try (PreparedStatement find = database.prepareStatement(
                "select next_offset, noted_at from positions where topic_partition = ?")) {
            find.setInt(1, partition);
            try (ResultSet row = find.executeQuery()) {
                if (row.next() && nowSeconds - row.getLong(2) <= AWAY_MAX.toSeconds()) {
                    return OptionalLong.of(row.getLong(1));
                }
            }
        }
        for (String table : new String[] {"statuses", "positions"}) {
            try (PreparedStatement delete =
                    database.prepareStatement("delete from " + table + " where topic_partition = ?")) {
                delete.setInt(1, partition);
                delete.executeUpdate();
            }
        }
        database.commit();
        return OptionalLong.empty();
    }

    /** These partitions are being read at this time. */
    void note(Collection<Integer> partitions, long nowSeconds) throws SQLException {
        try (PreparedStatement update =
                database.prepareStatement("update positions set noted_at = ? where topic_partition = ?")) {
            for (int partition : partitions) {
                update.setLong(1, nowSeconds);
                update.setInt(2, partition);
                update.executeUpdate();
            }
        }
        database.commit();
    }

    @Override
    public void close() throws SQLException {
        database.close();
    }

    private static String text(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }
}
