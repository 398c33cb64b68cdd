package dev.parley.kit.problem;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.events.RefusedValueException;
import dev.parley.events.id.RoomId;
import dev.parley.events.id.UserId;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotAcceptableException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemMappersTest {
  private final ProblemMappers mappers =
      new ProblemMappers(new AllowedMethods(List.of(Things.class)));

  @Test
  void aRefusedValueIsAnsweredWithItsRule() {
    Response answer = mappers.value(new RefusedValueException("name must be short"), at("v1/x"));

    assertThat(answer.getStatus()).isEqualTo(400);
    assertThat(members(answer))
        .containsEntry("code", "invalid_value")
        .containsEntry("detail", "Name must be short.")
        .containsEntry("instance", "/v1/x");
  }

  @Test
  void aRefusedValueInsideAFailedParameterIsAnsweredWithItsRule() {
    // When a path parameter is refused, its exception comes wrapped.
    Response answer =
        mappers.web(
            new BadRequestException(new RefusedValueException("no")), at("v1/x"), asked("GET"));

    assertThat(members(answer)).containsEntry("detail", "No.");
  }

  @Test
  void aRefusedValueInsideABodyIsAnsweredWithItsRule() {
    JsonProcessingException refused = refusalOf("\"two words\"", RoomId.class);

    Response answer = mappers.json(refused, at("v1/x"));

    assertThat(members(answer))
        .containsEntry("code", "invalid_value")
        .containsEntry(
            "detail", "RoomId may hold only a-z A-Z 0-9 _ @ . - ; character 4 is not one.");
  }

  record Pair(UserId first, UserId second) {}

  @Test
  void aRefusedValueSaysWhichFieldItStandsIn() {
    JsonProcessingException refused =
        refusalOf("{\"first\":\"alice\",\"second\":\"a b\"}", Pair.class);

    Response answer = mappers.json(refused, at("v1/x"));

    assertThat(members(answer))
        .containsEntry("code", "invalid_value")
        .containsEntry("field", "second");
  }

  @Test
  void anyOtherIllegalArgumentIsAFaultOfTheServiceAndQuotesNothing() {
    Response answer =
        mappers.anything(new IllegalArgumentException("secret detail of a library"), at("v1/x"));

    assertThat(answer.getStatus()).isEqualTo(500);
    assertThat(members(answer)).containsEntry("code", "internal_error").containsKey("incident");
    assertThat(members(answer).toString()).doesNotContain("secret detail");
  }

  @Test
  void anIllegalArgumentInsideABodyIsNotQuoted() {
    JsonProcessingException refused = refusalOf("\"x\"", Fussy.class);

    Response answer = mappers.json(refused, at("v1/x"));

    assertThat(members(answer)).containsEntry("code", "malformed_body");
    assertThat(members(answer).toString()).doesNotContain("secret detail");
  }

  record Call(String text, int number) {}

  @Test
  void anUnknownFieldIsAnsweredWithThoseThereAre() {
    Response answer = mappers.json(refusalOf("{\"zzz\":1,\"text\":\"x\"}", Call.class), at("v1/x"));

    assertThat(answer.getStatus()).isEqualTo(400);
    assertThat(members(answer))
        .containsEntry("code", "malformed_body")
        .containsEntry(
            "detail",
            "The body has a field that this request does not know: it knows number, text.");
  }

  @Test
  void aTypeThatIsNotThereIsNotMistakenForAnother() {
    Response answer = mappers.web(new NotAcceptableException(), at("v1/x"), asked("GET"));

    assertThat(answer.getStatus()).isEqualTo(406);
    assertThat(members(answer))
        .containsEntry("code", "not_acceptable")
        .containsEntry(
            "detail",
            "The resource is not available in the type that Accept asks for: leave Accept out.");
  }

  record Fussy(String value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    Fussy {
      throw new IllegalArgumentException("secret detail of a library");
    }
  }

  @Path("/v1/things/{id}")
  public static final class Things {
    @GET
    public String get() {
      return "";
    }

    @PUT
    @Path("/name")
    public void name() {}

    @DELETE
    @Path("/name")
    public void forgetName() {}
  }

  @ParameterizedTest
  @CsvSource({
    "v1/things/7, POST, 'GET, HEAD'",
    "v1/things/7/, POST, 'GET, HEAD'",
    "/v1/things/7/name, GET, 'DELETE, PUT'",
  })
  void anotherMethodIsToldWhichOnesThereAre(String path, String method, String methods) {
    // Quarkus looks at one class of resources and says that there is nothing.
    Response answer = mappers.web(new NotFoundException(), at(path), asked(method));

    assertThat(answer.getStatus()).isEqualTo(405);
    assertThat(answer.getAllowedMethods()).containsExactlyInAnyOrder(methods.split(", "));
    assertThat(members(answer)).containsEntry("code", "method_not_allowed");
  }

  @ParameterizedTest
  @CsvSource({
    "v1/things, GET",
    "v1/things/7, GET",
    "v1/things/7, HEAD",
    "v1/things/7/8/name, PUT",
    "v1/things/7/names, PUT",
    "v2/things/7, PUT",
  })
  void whereThereIsNothingOrTheMethodIsRightItIsNotFound(String path, String method) {
    Response answer = mappers.web(new NotFoundException(), at(path), asked(method));

    assertThat(answer.getStatus()).isEqualTo(404);
    assertThat(members(answer)).containsEntry("code", "not_found");
  }

  private static JsonProcessingException refusalOf(String json, Class<?> type) {
    try {
      Object read = new ObjectMapper().readValue(json, type);
      throw new AssertionError("was read as " + read);
    } catch (JsonProcessingException e) {
      return e;
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> members(Response answer) {
    return (Map<String, Object>) answer.getEntity();
  }

  private static UriInfo at(String path) {
    return answering(UriInfo.class, "getPath", path);
  }

  private static Request asked(String method) {
    return answering(Request.class, "getMethod", method);
  }

  private static <T> T answering(Class<T> type, String name, String answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getName().equals(name)) {
                return answer;
              }
              throw new UnsupportedOperationException(method.getName());
            }));
  }
}
