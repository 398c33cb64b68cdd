package dev.parley.simulator.signature;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.simulator.ManualTime;
import dev.parley.simulator.Vectors;
import dev.parley.simulator.signature.Verdict.Accepted;
import dev.parley.simulator.signature.Verdict.Reason;
import dev.parley.simulator.signature.Verdict.Refused;
import java.net.URLEncoder;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SignatureCheckTest {

  private static final Set<String> REGIONS = Set.of("cn-north-1", "ap-singapore-1");
  private static final Duration SKEW = Duration.ofMinutes(15);

  static Stream<Arguments> vectors() {
    return Vectors.list("signing-vectors.json", "vectors").stream()
        .flatMap(
            vector ->
                Stream.of("withContentType", "withoutContentType", "nodeSdkEmptyBodyForm")
                    .filter(form -> vector.path("expected").has(form))
                    .map(form -> Arguments.of(vector.path("id").asText(), form, vector)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("vectors")
  void acceptsWhatOfficialProgramsSigned(String id, String form, JsonNode vector) {
    // Given
    SignatureCheck check = check(vector, clock(vector));
    // When
    Verdict verdict = check.check(call(vector, form).build());
    // Then
    assertThat(verdict)
        .isEqualTo(
            new Accepted(
                vector.at("/input/accessKeyId").asText(), vector.at("/input/region").asText()));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("vectors")
  void refusesEachTamperedPart(String id, String form, JsonNode vector) {
    // Given
    SignatureCheck check = check(vector, clock(vector));
    boolean hashSent = !form.equals("nodeSdkEmptyBodyForm");
    // When // Then
    assertRefused(
        check,
        call(vector, form).body("{\"x\":1}"),
        hashSent ? Reason.BODY_HASH : Reason.SIGNATURE);
    assertRefused(
        check,
        call(vector, form).query("Action=StartVoiceChat&Version=2099-01-01"),
        Reason.SIGNATURE);
    assertRefused(check, call(vector, form).method("PUT"), Reason.SIGNATURE);
    assertRefused(check, call(vector, form).path("/other"), Reason.SIGNATURE);
    assertRefused(check, call(vector, form).header("Host", "elsewhere.example"), Reason.SIGNATURE);
    assertRefused(check, call(vector, form).header("X-Date", shifted(vector)), Reason.SIGNATURE);
    String authorization = call(vector, form).get("Authorization");
    char last = authorization.charAt(authorization.length() - 1);
    assertRefused(
        check,
        call(vector, form)
            .header(
                "Authorization",
                authorization.substring(0, authorization.length() - 1) + (last == '0' ? '1' : '0')),
        Reason.SIGNATURE);
    if (form.equals("withContentType")) {
      assertRefused(
          check, call(vector, form).header("Content-Type", "text/plain"), Reason.SIGNATURE);
    }
    if (vector.at("/input/sessionToken").isTextual()) {
      assertRefused(
          check, call(vector, form).header("X-Security-Token", "other"), Reason.SECURITY_TOKEN);
    }
  }

  @Test
  void honoursAListThatNamesTheDateAlone() {
    // Given: the official Java core SDK signs nothing else; canonical form written out by hand
    JsonNode vector = vector("s10-vertc-official-vector");
    String bodyHash = vector.at("/expected/xContentSha256").asText();
    String canonical =
        "POST\n/\nAction=StartVoiceChat&Version=2024-12-01\nx-date:20241201T000000Z\n\nx-date\n"
            + bodyHash;
    String authorization =
        SignatureOracle.authorization(
            canonical, "20241201T000000Z", "AKLTtest", "topsecretkey", "x-date");
    // When
    Verdict verdict =
        check(vector, clock(vector))
            .check(call(vector, "withContentType").header("Authorization", authorization).build());
    // Then
    assertThat(verdict).isEqualTo(new Accepted("AKLTtest", "cn-north-1"));
  }

  @Test
  void ignoresADefaultPortOfTheHost() {
    // Given
    JsonNode vector = vector("s01-start-minimal");
    // When
    Verdict verdict =
        check(vector, clock(vector))
            .check(
                call(vector, "withContentType")
                    .header("Host", "rtc.volcengineapi.com:443")
                    .build());
    // Then
    assertThat(verdict).isInstanceOf(Accepted.class);
  }

  @Test
  void refusesADateOutsideTheSkewAndTakesTheEdge() {
    // Given
    JsonNode vector = vector("s01-start-minimal");
    SignatureCheck atTheEdge = check(vector, new ManualTime("2025-06-15T12:15:00Z"));
    SignatureCheck tooLate = check(vector, new ManualTime("2025-06-15T12:15:01Z"));
    SignatureCheck tooEarly = check(vector, new ManualTime("2025-06-15T11:44:59Z"));
    HttpCall call = call(vector, "withContentType").build();
    // When // Then
    assertThat(atTheEdge.check(call)).isInstanceOf(Accepted.class);
    assertThat(reason(tooLate.check(call))).isEqualTo(Reason.DATE);
    assertThat(reason(tooEarly.check(call))).isEqualTo(Reason.DATE);
  }

  @Test
  void refusesWhatIsMissingOrForeign() {
    // Given
    JsonNode vector = vector("s01-start-minimal");
    SignatureCheck check = check(vector, clock(vector));
    String authorization = call(vector, "withContentType").get("Authorization");
    // When // Then
    assertRefused(check, with(vector).without("Authorization"), Reason.AUTHORIZATION);
    assertRefused(check, with(vector).header("Authorization", "Bearer x"), Reason.AUTHORIZATION);
    assertRefused(check, with(vector).without("X-Date"), Reason.DATE);
    assertRefused(check, with(vector).header("X-Date", "2025-06-15T12:00:00Z"), Reason.DATE);
    assertRefused(
        check,
        with(vector).header("Authorization", authorization.replace("AKLTexample", "AKLTother")),
        Reason.ACCESS_KEY);
    assertRefused(
        check,
        with(vector).header("Authorization", authorization.replace("/20250615/", "/20250614/")),
        Reason.SCOPE);
    assertRefused(
        check,
        with(vector).header("Authorization", authorization.replace("cn-north-1", "moon-1")),
        Reason.SCOPE);
    assertRefused(
        check,
        with(vector).header("Authorization", authorization.replace("/rtc/", "/ecs/")),
        Reason.SCOPE);
    assertRefused(
        check,
        with(vector).header("Authorization", authorization.replace(";x-date", "")),
        Reason.DATE);
    assertRefused(check, with(vector).header("X-Content-Sha256", "00"), Reason.BODY_HASH);
    assertRefused(check, with(vector).header("X-Security-Token", "any"), Reason.SECURITY_TOKEN);
    assertRefused(check, with(vector).query("Action=%zz"), Reason.SIGNATURE);
  }

  @Test
  void refusesTemporaryCredentialsWithoutTheirToken() {
    // Given
    JsonNode vector = vector("s03-session-token");
    // When
    Verdict verdict =
        check(vector, clock(vector))
            .check(call(vector, "withContentType").without("X-Security-Token").build());
    // Then
    assertThat(reason(verdict)).isEqualTo(Reason.SECURITY_TOKEN);
  }

  @Test
  void keepsSecretsOutOfItsText() {
    // Given
    Credentials credentials = new Credentials("AKLTx", "very-secret", "token-secret");
    // When
    String text = credentials.toString();
    // Then
    assertThat(text).contains("AKLTx").doesNotContain("very-secret", "token-secret");
  }

  private static void assertRefused(SignatureCheck check, CallBuilder call, Reason reason) {
    assertThat(reason(check.check(call.build()))).isEqualTo(reason);
  }

  private static Reason reason(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Refused.class);
    return ((Refused) verdict).reason();
  }

  private static JsonNode vector(String id) {
    return Vectors.list("signing-vectors.json", "vectors").stream()
        .filter(each -> each.path("id").asText().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static String shifted(JsonNode vector) {
    return vector.at("/input/xDate").asText().replace("00Z", "01Z");
  }

  private static Clock clock(JsonNode vector) {
    String date = vector.at("/input/xDate").asText();
    return new ManualTime(date.replaceFirst("(....)(..)(..)T(..)(..)(..)Z", "$1-$2-$3T$4:$5:$6Z"));
  }

  private static SignatureCheck check(JsonNode vector, Clock clock) {
    JsonNode input = vector.path("input");
    Credentials credentials =
        new Credentials(
            input.path("accessKeyId").asText(),
            input.path("secretAccessKey").asText(),
            input.path("sessionToken").isTextual() ? input.path("sessionToken").asText() : null);
    return new SignatureCheck(List.of(credentials), REGIONS, SKEW, clock);
  }

  private static CallBuilder with(JsonNode vector) {
    return call(vector, "withContentType");
  }

  private static CallBuilder call(JsonNode vector, String form) {
    JsonNode input = vector.path("input");
    StringBuilder query = new StringBuilder();
    input
        .path("query")
        .properties()
        .forEach(
            pair ->
                query
                    .append(query.isEmpty() ? "" : "&")
                    .append(URLEncoder.encode(pair.getKey(), UTF_8))
                    .append('=')
                    .append(URLEncoder.encode(pair.getValue().asText(), UTF_8)));
    CallBuilder call =
        new CallBuilder()
            .method(input.path("method").asText())
            .query(query.toString())
            .body(input.path("body").asText())
            .header("Host", input.path("host").asText())
            .header("Content-Type", input.path("contentType").asText())
            .header("X-Date", input.path("xDate").asText())
            .header("Authorization", vector.at("/expected/" + form + "/authorization").asText());
    if (!form.equals("nodeSdkEmptyBodyForm")) {
      call.header("X-Content-Sha256", vector.at("/expected/xContentSha256").asText());
    }
    if (input.path("sessionToken").isTextual()) {
      call.header("X-Security-Token", input.path("sessionToken").asText());
    }
    return call;
  }

  private static final class CallBuilder {
    private final Map<String, String> headers = new LinkedHashMap<>();
    private String method = "POST";
    private String path = "/";
    private String query = "";
    private String body = "";

    private CallBuilder method(String value) {
      method = value;
      return this;
    }

    private CallBuilder path(String value) {
      path = value;
      return this;
    }

    private CallBuilder query(String value) {
      query = value;
      return this;
    }

    private CallBuilder body(String value) {
      body = value;
      return this;
    }

    private CallBuilder header(String name, String value) {
      headers.put(name, value);
      return this;
    }

    private String get(String name) {
      return headers.getOrDefault(name, "");
    }

    private CallBuilder without(String name) {
      headers.remove(name);
      return this;
    }

    private HttpCall build() {
      Map<String, List<String>> lists = new LinkedHashMap<>();
      headers.forEach((name, value) -> lists.put(name, List.of(value)));
      return new HttpCall(method, path, query, lists, body.getBytes(UTF_8));
    }
  }
}
