package dev.parley.token.http;

import static dev.parley.token.support.AuditTopic.event;
import static dev.parley.token.support.AuditTopic.header;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.events.TokenEvent;
import dev.parley.kafka.KafkaTestResource;
import dev.parley.token.support.AuditTopic;
import dev.parley.token.support.World;
import dev.parley.token.support.WorldResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ExtractableResponse;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The audit trail on a real broker. */
@QuarkusTest
@WithTestResource(WorldResource.class)
@WithTestResource(KafkaTestResource.class)
class TokenAuditIT {
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @SuppressWarnings("NullAway.Init") // Set by the test resource.
  World world;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  @SuppressWarnings("NullAway.Init")
  String bootstrapServers;

  private ExtractableResponse<Response> issue(String path, String body, int status) {
    return given()
        .auth()
        .oauth2(world.main().token(Instant.now(), "olga", "operator"))
        .contentType(ContentType.JSON)
        .body(body)
        .post(path)
        .then()
        .statusCode(status)
        .extract();
  }

  @Test
  void keepsWhoGotWhatAndNeverTheToken() {
    // When
    ExtractableResponse<Response> answer =
        issue(
            "/v1/tokens",
            "{\"roomId\":\"audit-1\",\"userId\":\"bob\",\"privileges\":[\"subscribe\"],\"ttlSeconds\":600}",
            201);

    // Then
    String requestId = answer.header("X-Request-Id");
    ConsumerRecord<String, byte[]> record = records(requestId, 1).get(0);
    assertThat(record.key()).isEqualTo("123456781234567812345678:audit-1");
    assertThat(header(record, "ce_type")).isEqualTo("dev.parley.token.issued.v1");
    assertThat(header(record, "ce_source")).isEqualTo("/parley/token-service");
    assertThat(header(record, "ce_subject")).isEqualTo("audit-1");
    Instant expiresAt = Instant.parse(answer.path("expiresAt"));
    assertThat(event(record))
        .isInstanceOfSatisfying(
            TokenEvent.TokenIssued.class,
            issued -> {
              assertThat(issued.caller()).isEqualTo("olga");
              assertThat(issued.userId().value()).isEqualTo("bob");
              assertThat(issued.privileges()).containsExactly("subscribe");
              assertThat(issued.expiresTimeMillis()).isEqualTo(expiresAt.toEpochMilli());
              assertThat(issued.issuer()).isEqualTo("https://idp.example.com");
              assertThat(issued.sessionExpiresTimeMillis())
                  .isEqualTo(Instant.parse(answer.path("session.expiresAt")).toEpochMilli());
            });
    assertThat(new String(record.value(), UTF_8))
        .doesNotContain(answer.<String>path("accessToken"))
        .doesNotContain(answer.<String>path("session.token"));
  }

  @Test
  void saysThatNoSessionWentWithAToken() {
    // When
    ExtractableResponse<Response> answer =
        issue("/v1/tokens", "{\"roomId\":\"audit-4\",\"session\":false}", 201);

    // Then
    assertThat(event(records(answer.header("X-Request-Id"), 1).get(0)))
        .isInstanceOfSatisfying(
            TokenEvent.TokenIssued.class,
            issued -> assertThat(issued.sessionExpiresTimeMillis()).isNull());
  }

  @Test
  void namesTheTraceOfTheCallWhereItIsOne() {
    // When
    String granted =
        traced(TRACE, "{\"roomId\":\"trace-1\"}").statusCode(201).extract().header("X-Request-Id");
    String refused =
        traced(TRACE, "{\"roomId\":\"trace-1\",\"ttlSeconds\":1}")
            .statusCode(422)
            .extract()
            .path("requestId");
    String untraced =
        traced(TRACE.toUpperCase(Locale.ROOT), "{\"roomId\":\"trace-1\"}")
            .statusCode(201)
            .extract()
            .header("X-Request-Id");

    // Then
    for (String requestId : List.of(granted, refused)) {
      ConsumerRecord<String, byte[]> record = records(requestId, 1).get(0);
      assertThat(header(record, "ce_traceparent")).isEqualTo(TRACE);
      assertThat(header(record, "traceparent")).isEqualTo(TRACE);
    }
    assertThat(records(untraced, 1).get(0).headers().headers("ce_traceparent")).isEmpty();
  }

  private ValidatableResponse traced(String traceparent, String body) {
    return given()
        .auth()
        .oauth2(world.main().token(Instant.now(), "olga", "operator"))
        .contentType(ContentType.JSON)
        .header("traceparent", traceparent)
        .body(body)
        .post("/v1/tokens")
        .then();
  }

  @Test
  void keepsWhoWasRefusedAndWhy() {
    // When
    ExtractableResponse<Response> answer =
        issue("/v1/tokens", "{\"roomId\":\"audit-2\",\"ttlSeconds\":1}", 422);

    // Then
    ConsumerRecord<String, byte[]> record = records(answer.path("requestId"), 1).get(0);
    assertThat(header(record, "ce_type")).isEqualTo("dev.parley.token.refused.v1");
    assertThat(event(record))
        .isInstanceOfSatisfying(
            TokenEvent.TokenRefused.class,
            refused -> {
              assertThat(refused.caller()).isEqualTo("olga");
              assertThat(refused.roomId()).isEqualTo("audit-2");
              assertThat(refused.userId()).isEqualTo("olga");
              assertThat(refused.issuer()).isEqualTo("https://idp.example.com");
              assertThat(refused.code()).isEqualTo("ttl_too_short");
              assertThat(refused.reason()).isEqualTo(answer.<String>path("detail"));
            });
  }

  @Test
  void keepsWhoGotASessionAndWhoDidNot() {
    // When
    ExtractableResponse<Response> issued = issue("/v1/sessions", "{}", 201);
    ExtractableResponse<Response> refused = issue("/v1/sessions", "{\"role\":\"analyst\"}", 403);

    // Then
    ConsumerRecord<String, byte[]> session = records(issued.header("X-Request-Id"), 1).get(0);
    assertThat(header(session, "ce_type")).isEqualTo("dev.parley.token.session-issued.v1");
    assertThat(event(session))
        .isInstanceOfSatisfying(
            TokenEvent.SessionIssued.class,
            event -> {
              assertThat(event.caller()).isEqualTo("olga");
              assertThat(event.issuer()).isEqualTo("https://idp.example.com");
              assertThat(event.role()).isEqualTo("operator");
              assertThat(event.appId().value()).isEqualTo("123456781234567812345678");
              assertThat(event.expiresTimeMillis())
                  .isEqualTo(Instant.parse(issued.path("expiresAt")).toEpochMilli());
            });
    assertThat(new String(session.value(), UTF_8)).doesNotContain(issued.<String>path("token"));
    ConsumerRecord<String, byte[]> refusal = records(refused.path("requestId"), 1).get(0);
    assertThat(event(refusal))
        .isInstanceOfSatisfying(
            TokenEvent.SessionRefused.class,
            event -> {
              assertThat(event.caller()).isEqualTo("olga");
              assertThat(event.issuer()).isEqualTo("https://idp.example.com");
              assertThat(event.role()).isEqualTo("analyst");
              assertThat(event.code()).isEqualTo("role_not_allowed");
              assertThat(event.reason()).isEqualTo(refused.<String>path("detail"));
            });
  }

  @Test
  void keepsOneRecordPerUserOfABatchInOrder() {
    // When
    ExtractableResponse<Response> answer =
        issue("/v1/tokens/batch", "{\"roomId\":\"audit-3\",\"userIds\":[\"c\",\"a\",\"b\"]}", 201);

    // Then
    List<ConsumerRecord<String, byte[]>> records = records(answer.header("X-Request-Id"), 3);
    assertThat(records)
        .extracting(record -> ((TokenEvent.TokenIssued) event(record)).userId().value())
        .containsExactly("c", "a", "b");
    assertThat(records).extracting(record -> header(record, "ce_id")).doesNotHaveDuplicates();
  }

  private List<ConsumerRecord<String, byte[]>> records(String requestId, int count) {
    return AuditTopic.records(bootstrapServers, requestId, count);
  }
}
