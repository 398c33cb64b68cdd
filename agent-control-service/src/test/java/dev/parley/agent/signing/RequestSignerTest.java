package dev.parley.agent.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.kit.secret.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The vectors were made by the vendor's own SDKs, with a fixed clock and made-up credentials. */
class RequestSignerTest {

  private static Stream<JsonNode> vectors() throws IOException {
    try (InputStream file =
        Objects.requireNonNull(
            RequestSignerTest.class.getResourceAsStream("/vectors/signing-vectors.json"))) {
      return StreamSupport.stream(
          new ObjectMapper().readTree(file).path("vectors").spliterator(), false);
    }
  }

  private static Instant at(JsonNode input) {
    return LocalDateTime.parse(
            input.path("xDate").asText(), DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'"))
        .toInstant(ZoneOffset.UTC);
  }

  private static Credentials credentials(JsonNode input) {
    return new Credentials(
        input.path("accessKeyId").asText(),
        Secret.of(input.path("secretAccessKey").asText()),
        input.path("sessionToken").isTextual()
            ? Secret.of(input.path("sessionToken").asText())
            : null);
  }

  private static Map<String, String> query(JsonNode input) {
    Map<String, String> query = new LinkedHashMap<>();
    input
        .path("query")
        .properties()
        .forEach(each -> query.put(each.getKey(), each.getValue().asText()));
    return query;
  }

  @TestFactory
  Stream<DynamicTest> signsAsTheVendorsSdksDo() throws IOException {
    return vectors()
        .map(
            vector ->
                DynamicTest.dynamicTest(
                    vector.path("id").asText(),
                    () -> {
                      // Given
                      JsonNode input = vector.path("input");
                      JsonNode expected = vector.path("expected");
                      RequestSigner signer =
                          new RequestSigner(
                              input.path("region").asText(), input.path("service").asText());

                      // When
                      RequestSigner.Signed signed =
                          signer.sign(
                              input.path("method").asText(),
                              input.path("host").asText(),
                              input.path("path").asText(),
                              query(input),
                              input.path("contentType").asText(),
                              input.path("body").asText().getBytes(UTF_8),
                              credentials(input),
                              at(input));

                      // Then
                      JsonNode form = expected.path("withContentType");
                      assertThat(signed.query())
                          .isEqualTo(expected.path("canonicalQuery").asText());
                      assertThat(signed.canonical().signedHeaders())
                          .isEqualTo(form.path("signedHeaders").asText());
                      assertThat(signed.canonical().text())
                          .isEqualTo(form.path("canonicalRequest").asText());
                      assertThat(signer.stringToSign(signed.canonical(), at(input)))
                          .isEqualTo(form.path("stringToSign").asText());
                      assertThat(signed.headers())
                          .containsEntry("Authorization", form.path("authorization").asText())
                          .containsEntry(
                              "X-Content-Sha256", expected.path("xContentSha256").asText())
                          .containsEntry("X-Date", input.path("xDate").asText());
                    }));
  }

  @TestFactory
  Stream<DynamicTest> signsTheFormWithoutContentTypeToo() throws IOException {
    return vectors()
        .map(
            vector ->
                DynamicTest.dynamicTest(
                    vector.path("id").asText(),
                    () -> {
                      // Given
                      JsonNode input = vector.path("input");
                      JsonNode form = vector.path("expected").path("withoutContentType");
                      String bodySha256 = vector.path("expected").path("xContentSha256").asText();
                      Map<String, String> headers = new LinkedHashMap<>();
                      headers.put("Host", input.path("host").asText());
                      headers.put("X-Content-Sha256", bodySha256);
                      headers.put("X-Date", input.path("xDate").asText());
                      if (input.path("sessionToken").isTextual()) {
                        headers.put("X-Security-Token", input.path("sessionToken").asText());
                      }
                      CanonicalRequest request =
                          CanonicalRequest.of(
                              input.path("method").asText(),
                              input.path("path").asText(),
                              query(input),
                              headers,
                              bodySha256);

                      // When
                      String authorization =
                          new RequestSigner(
                                  input.path("region").asText(), input.path("service").asText())
                              .authorization(request, credentials(input), at(input));

                      // Then
                      assertThat(request.text()).isEqualTo(form.path("canonicalRequest").asText());
                      assertThat(authorization).isEqualTo(form.path("authorization").asText());
                    }));
  }

  @Test
  void sendsTheSecurityTokenOfTemporaryCredentials() {
    // Given
    Credentials temporary =
        new Credentials("AKLTtest", Secret.of("secret"), Secret.of("session-token"));

    // When
    RequestSigner.Signed signed =
        new RequestSigner("cn-north-1", "rtc")
            .sign(
                "POST",
                "rtc.volcengineapi.com",
                "/",
                Map.of("Action", "StopVoiceChat"),
                "application/json",
                "{}".getBytes(UTF_8),
                temporary,
                Instant.parse("2025-06-15T12:00:00Z"));

    // Then
    assertThat(signed.headers()).containsEntry("X-Security-Token", "session-token");
    assertThat(temporary.toString()).doesNotContain("session-token").doesNotContain("secret,");
  }

  @Test
  void leavesDefaultPortsOutOfTheSignedHost() {
    // When
    CanonicalRequest request =
        CanonicalRequest.of("POST", "/", Map.of(), Map.of("Host", "localhost:443"), "00");

    // Then
    assertThat(request.headers()).containsEntry("host", "localhost");
  }

  @Test
  void keepsOtherPortsInTheSignedHost() {
    // When
    CanonicalRequest request =
        CanonicalRequest.of("POST", "/", Map.of(), Map.of("Host", "localhost:7484"), "00");

    // Then
    assertThat(request.headers()).containsEntry("host", "localhost:7484");
  }
}
