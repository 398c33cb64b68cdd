package dev.parley.simulator.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(CallbackStub.class)
class AdminComponentTest {

  @BeforeEach
  void reset() {
    given().post("/admin/reset").then().statusCode(204);
    CallbackStub.forget();
  }

  @Test
  void showsTasksRoomsAndCalls() {
    // Given
    CloudClient.call("StartVoiceChat", CloudClient.startBody("adm", "t", "", "")).statusCode(200);
    // When // Then
    Awaitility.await()
        .untilAsserted(
            () ->
                given()
                    .queryParam("state", "RUNNING")
                    .get("/admin/tasks")
                    .then()
                    .statusCode(200)
                    .body("$", hasSize(1))
                    .body("[0].appId", equalTo(CallbackStub.APP_ID))
                    .body("[0].roomId", equalTo("adm"))
                    .body("[0].taskId", equalTo("t"))
                    .body("[0].agentUserId", equalTo("bot"))
                    .body("[0].targetUserId", equalTo("ann"))
                    .body("[0].stage", equalTo("LISTENING")));
    given()
        .get("/admin/rooms")
        .then()
        .body("[0].roomId", equalTo("adm"))
        .body("[0].users.userId", hasItems("bot"))
        .body("[0].users[0].agent", equalTo(true))
        .body("[0].users[0].audio", equalTo(true));
    given()
        .get("/admin/calls")
        .then()
        .body("[0].action", equalTo("StartVoiceChat"))
        .body("[0].taskId", equalTo("t"))
        .body("[0].accessKeyId", equalTo(CallbackStub.ACCESS_KEY))
        .body("[0].outcome", equalTo("ok"))
        .body("[0].httpStatus", equalTo(200));
    Awaitility.await()
        .untilAsserted(
            () ->
                given()
                    .get("/admin/callbacks")
                    .then()
                    .body("label", hasItems("UserJoinRoom", "taskStart"))
                    .body("outcome", hasItems("DELIVERED")));
  }

  @Test
  void keepsFaultsAsTheyWereGiven() {
    // Given
    String faults =
        """
        [{"kind":"latency","millis":500,"on":"StopVoiceChat"},
         {"kind":"error","status":200,"code":"InternalError.RPC","message":"m","times":2},
         {"kind":"cut","when":"after","roomId":"r"},
         {"kind":"pre-param-check","errorCode":1000001,"reason":"quota"},
         {"kind":"delay-callback","millis":10,"on":"taskStart"},
         {"kind":"never-joins","taskId":"t"}]
        """;
    // When
    given().contentType(ContentType.JSON).body(faults).put("/admin/faults").then().statusCode(204);
    // Then
    given()
        .get("/admin/faults")
        .then()
        .body(
            "kind",
            equalTo(
                List.of(
                    "latency", "error", "cut", "pre-param-check", "delay-callback", "never-joins")))
        .body("[0].millis", equalTo(500))
        .body("[0].on", equalTo("StopVoiceChat"))
        .body("[1].status", equalTo(200))
        .body("[1].times", equalTo(2))
        .body("[2].when", equalTo("after"))
        .body("[3].errorCode", equalTo(1000001))
        .body("[5].taskId", equalTo("t"));
    given().delete("/admin/faults").then().statusCode(204);
    given().get("/admin/faults").then().body("$", hasSize(0));
  }

  @Test
  void saysHowToMendACall() {
    // When // Then
    given()
        .contentType(ContentType.JSON)
        .body("[{\"kind\":\"latency\"}]")
        .put("/admin/faults")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("code", equalTo("invalid-request"))
        .body("detail", equalTo("millis is missing"));
    given()
        .contentType(ContentType.JSON)
        .body("[{\"kind\":\"latency\",\"milis\":5}]")
        .put("/admin/faults")
        .then()
        .statusCode(400)
        .body("detail", containsString("milis"));
    given()
        .contentType(ContentType.JSON)
        .body("{\"lines\":[{\"whenUserSays\":\"hi\"}]}")
        .post("/admin/script")
        .then()
        .statusCode(400)
        .body("detail", equalTo("answer is missing"));
    given()
        .contentType(ContentType.JSON)
        .body("no json")
        .post("/admin/script")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("detail", containsString("not JSON"));
    given()
        .get("/admin/nothing")
        .then()
        .statusCode(404)
        .body("code", equalTo("not-found"))
        .body("detail", containsString("nothing at this address"));
    given()
        .contentType(ContentType.TEXT)
        .body("x")
        .put("/admin/faults")
        .then()
        .statusCode(415)
        .body("detail", equalTo("send application/json"));
    given()
        .patch("/admin/faults")
        .then()
        .statusCode(405)
        .body("code", equalTo("method-not-allowed"));
  }

  @Test
  void isHealthyMeasuredAndDocumented() {
    // When // Then
    given()
        .get("/q/health/ready")
        .then()
        .statusCode(200)
        .body("checks.name", hasItems("simulated cloud"));
    given()
        .get("/q/metrics")
        .then()
        .statusCode(200)
        .body(containsString("parley_simulator_tasks"))
        .body(containsString("parley_simulator_callbacks_total"));
    given()
        .accept(ContentType.JSON)
        .get("/q/openapi?format=json")
        .then()
        .statusCode(200)
        .body("paths.'/admin/faults'.put.summary", equalTo("Replaces all faults"));
    given().get("/q/swagger-ui/").then().statusCode(200);
  }
}
