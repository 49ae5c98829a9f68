package subscriber;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Keeps the newest status of every message in a SQLite file. A subscriber of smtp.status, to copy and to change.
 *
 * <p>Views and offsets change in one transaction, so a crash at any moment loses nothing and doubles nothing; an older view
 * that comes late is dropped by its revision. Offsets come from the database, never from the group.
 */
public final class Subscriber {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration NOTE_EVERY = Duration.ofMinutes(1);

    /** Arguments, each as name=value: topic and store are ours, all others go to Kafka's client. */
    public static void main(String[] arguments) throws Exception {
        Properties options = new Properties();
        options.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:9092");
        options.put(ConsumerConfig.GROUP_ID_CONFIG, "statuses-example");
        options.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        options.put(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        options.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        options.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        // Committed to the group for tools that show lag; nothing here reads it.
        options.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "true");
        options.put("topic", "smtp.status");
        options.put("store", "jdbc:sqlite:statuses.db");
        for (String argument : arguments) {
            String[] pair = argument.split("=", 2);
            options.put(pair[0], pair[1]);
        }
        String topic = (String) options.remove("topic");
        String store = (String) options.remove("store");
        try (Statuses statuses = new Statuses(store);
                KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(options)) {
            Thread here = Thread.currentThread();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(consumer, here)));
            follow(topic, statuses, consumer);
        } catch (WakeupException stopped) {
            // SIGTERM: what was read is in the database.
        }
    }

    private static void follow(String topic, Statuses statuses, KafkaConsumer<byte[], byte[]> consumer)
            throws Exception {
        consumer.subscribe(List.of(topic), new StartsWhereTheStoreIs(statuses, consumer));
        Instant notedAt = Instant.EPOCH;
        while (true) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            Instant now = Instant.now();
            if (!records.isEmpty()) {
                statuses.apply(records, now.getEpochSecond());
            }
            if (now.isAfter(notedAt.plus(NOTE_EVERY))) {
                notedAt = now;
                statuses.note(consumer.assignment().stream().map(TopicPartition::partition).toList(), now.getEpochSecond());
            }
        }
    }

    private static void stop(KafkaConsumer<byte[], byte[]> consumer, Thread main) {
        consumer.wakeup();
        try {
            main.join(10_000);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private record StartsWhereTheStoreIs(Statuses statuses, KafkaConsumer<byte[], byte[]> consumer)
            implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            for (TopicPartition one : partitions) {
                try {
                    OptionalLong offset = statuses.start(one.partition(), Instant.now().getEpochSecond());
                    if (offset.isPresent()) {
                        consumer.seek(one, offset.getAsLong());
                    } else {
                        consumer.seekToBeginning(List.of(one));
                    }
                } catch (SQLException problem) {
                    throw new IllegalStateException(problem);
                }
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            // All that was polled is in the database already.
        }
    }

    private Subscriber() {}
}
