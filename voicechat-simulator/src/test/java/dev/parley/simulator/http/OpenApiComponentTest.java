package dev.parley.simulator.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(CallbackStub.class)
class OpenApiComponentTest {

  @BeforeEach
  void reset() {
    given().post("/admin/reset").then().statusCode(204);
    CallbackStub.forget();
  }

  @Test
  void answersInTheEnvelopeOfTheCloud() {
    // When // Then
    CloudClient.call("StartVoiceChat", CloudClient.startBody("r1", "t1", "", ""))
        .statusCode(200)
        .body("Result", equalTo("ok"))
        .body("ResponseMetadata.Action", equalTo("StartVoiceChat"))
        .body("ResponseMetadata.Version", equalTo("2024-12-01"))
        .body("ResponseMetadata.Service", equalTo("rtc"))
        .body("ResponseMetadata.Region", equalTo("cn-north-1"))
        .body("ResponseMetadata.RequestId", matchesPattern("[0-9a-f]{32}"))
        .body("ResponseMetadata.Error", nullValue());
    CloudClient.call("StopVoiceChat", CloudClient.identity("r1", "t1") + "}")
        .statusCode(200)
        .body("Result", equalTo("ok"));
  }

  @Test
  void refusesASecondStart() {
    // Given
    CloudClient.call("StartVoiceChat", CloudClient.startBody("r2", "t2", "", "")).statusCode(200);
    // When // Then
    CloudClient.call("StartVoiceChat", CloudClient.startBody("r2", "t2", "", ""))
        .statusCode(400)
        .body("Result", nullValue())
        .body("ResponseMetadata.Error.Code", equalTo("InvalidParameter.TaskAlreadyExists"))
        .body(
            "ResponseMetadata.Error.Message",
            equalTo(
                "The task has been started. Please do not call the startup task interface"
                    + " repeatedly."));
  }

  @Test
  void refusesWhatIsNotSignedAsItCame() {
    // Given
    String body = CloudClient.identity("r3", "t3") + "}";
    Map<String, String> signed = CloudClient.signed("StopVoiceChat", body);
    // When // Then
    CloudClient.send("StopVoiceChat", body + " ", signed, Map.of())
        .statusCode(401)
        .body("ResponseMetadata.Error.Code", equalTo("SignatureDoesNotMatch"));
    CloudClient.send("UpdateVoiceChat", body, signed, Map.of())
        .statusCode(401)
        .body("ResponseMetadata.Error.Code", equalTo("SignatureDoesNotMatch"));
    Map<String, String> unsigned = new LinkedHashMap<>(signed);
    unsigned.remove("Authorization");
    CloudClient.send("StopVoiceChat", body, unsigned, Map.of())
        .statusCode(401)
        .body("ResponseMetadata.Error.Code", equalTo("Unauthorized"))
        .body("ResponseMetadata.Error.Message", containsString("Invalid 'Authorization' header"));
    Map<String, String> stranger = new LinkedHashMap<>(signed);
    stranger.computeIfPresent(
        "Authorization", (name, value) -> value.replace(CallbackStub.ACCESS_KEY, "AKLTother"));
    CloudClient.send("StopVoiceChat", body, stranger, Map.of())
        .statusCode(401)
        .body("ResponseMetadata.Error.Code", equalTo("InvalidAccessKey"));
  }

  @Test
  void refusesAnEmptyBodyAndAGet() {
    // When // Then
    CloudClient.call("StopVoiceChat", "")
        .statusCode(400)
        .body("ResponseMetadata.Error.Code", equalTo("InvalidParameter.BodyIsEmpty"));
    given().get("/?Action=ListRooms&Version=2020-12-01").then().statusCode(401);
  }

  @Test
  void putsAnErrorInsideAnAnswerOfStatus200OnRequest() {
    // When // Then
    CloudClient.call(
            "StartVoiceChat",
            CloudClient.startBody("r4", "t4", "", ""),
            Map.of("X-Simulator-Fault", "error;status=200;code=InternalError.RPC;message=down"))
        .statusCode(200)
        .body("Result", nullValue())
        .body("ResponseMetadata.Error.Code", equalTo("InternalError.RPC"))
        .body("ResponseMetadata.Error.Message", equalTo("down"));
    CloudClient.call(
            "StartVoiceChat",
            CloudClient.startBody("r4", "t4", "", ""),
            Map.of("X-Simulator-Fault", "latency;millis=5, error;status=503"))
        .statusCode(503)
        .body("ResponseMetadata.Error.Code", equalTo("InternalError.Unknown"));
  }

  @Test
  void cutsTheConnectionOnRequestAfterTheEffect() {
    // When
    assertThatThrownBy(
            () ->
                CloudClient.call(
                    "StartVoiceChat",
                    CloudClient.startBody("r5", "t5", "", ""),
                    Map.of("X-Simulator-Fault", "cut;when=after")))
        .isInstanceOf(Exception.class);
    // Then
    given().get("/admin/tasks").then().body("taskId", hasItem("t5"));
    given().get("/admin/calls").then().body("outcome", hasItem("cut"));
  }

  @Test
  void saysWhenItDoesNotUnderstandAFault() {
    // When // Then
    String answer =
        CloudClient.call(
                "StartVoiceChat",
                CloudClient.startBody("r6", "t6", "", ""),
                Map.of("X-Simulator-Fault", "explode"))
            .statusCode(400)
            .contentType("application/problem+json")
            .extract()
            .asString();
    assertThat(answer).contains("X-Simulator-Fault");
  }
}
