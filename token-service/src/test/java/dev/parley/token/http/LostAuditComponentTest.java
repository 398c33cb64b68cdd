package dev.parley.token.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.parley.token.support.NoKafka;
import dev.parley.token.support.WorldResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Beyond the bound of the buffer, tokens are issued and records lost: counted, for an alarm. */
@QuarkusTest
@TestProfile(LostAuditComponentTest.SmallBuffer.class)
@WithTestResource(WorldResource.class)
@WithTestResource(NoKafka.class)
class LostAuditComponentTest extends ApiCalls {

  /** Room for two records. */
  public static final class SmallBuffer implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("parley.token.audit.max-buffered", "2");
    }
  }

  @Test
  void countsWhatIsLost() {
    // When
    with(bearer("olga", "operator"), "{\"roomId\":\"demo-1\",\"userIds\":[\"a\",\"b\",\"c\"]}")
        .post("/v1/tokens/batch")
        .then()
        .statusCode(201);

    // Then
    assertThat(given().get("/q/metrics").asString())
        .contains("parley_token_audit_lost_total 1.0", "parley_token_audit_waiting 2.0");
    given()
        .get("/q/health/ready")
        .then()
        .statusCode(200)
        .body("checks.find { it.name == 'keys' }.data.auditWaiting", equalTo(2));
  }
}
