package subscriber;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The value of a record of smtp.status. Times are ms since 1970. A member that has no value is absent, null here; members
 * that this version doesn't know are passed over.
 */
record MessageStatus(
        String trackingId,
        long revision,
        String phase,
        long firstEventAt,
        long lastEventAt,
        Map<String, Integer> deliveryCounts,
        boolean deliveriesComplete,
        Long phaseAt,
        Long senderId,
        String mailFrom,
        List<DeliveryStatus> deliveries) {

    /** One recipient's state. `firstAt` holds when each fact was first reported, by its kind. */
    record DeliveryStatus(
            String recipient,
            String phase,
            long firstEventAt,
            long lastEventAt,
            Long tries,
            Classification classification,
            LastResponse lastResponse,
            Map<String, Long> firstAt) {}

    /** Why mail was deferred or bounced, and the rule that decided. */
    record Classification(String kind, String category, String rule, String enhancedCode) {}

    /** The newest SMTP reply. */
    record LastResponse(Long code, String enhancedCode, String message, Long respClass) {}

    private static final Set<String> PHASES = Set.of("unknown", "queued", "deferred", "delivered", "bounced");

    private static final ObjectReader READER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build()
            .readerFor(MessageStatus.class);

    static MessageStatus read(byte[] value) throws IOException {
        return READER.readValue(value);
    }

    /** A phase that a newer version brought is unknown to this one. */
    String knownPhase() {
        return PHASES.contains(phase) ? phase : "unknown";
    }
}
