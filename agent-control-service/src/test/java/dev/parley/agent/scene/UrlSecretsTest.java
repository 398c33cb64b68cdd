package dev.parley.agent.scene;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlSecretsTest {
  private static String shown(String text) {
    return SecretFields.masked(TextNode.valueOf(text)).asText();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // User information.
        "https://user:pw1@host.example/v1/chat | https://****@host.example/v1/chat",
        "https://pw1@host.example:8443/v1?a=1 | https://****@host.example:8443/v1?a=1",
        "wss://user:p%40pw1@host.example | wss://****@host.example",
        "https://user:p@pw1@host.example/ | https://****@host.example/",
        "redis://:pw1@[::1]:6379/0 | redis://****@[::1]:6379/0",
        "jdbc:mysql://user:pw1@host/db | jdbc:mysql://****@host/db",
        // Parameters.
        "https://host/v1?token=pw1 | https://host/v1?token=****",
        "https://host/v1?a=1&api_key=pw1&b=2#top | https://host/v1?a=1&api_key=****&b=2#top",
        "https://host/v1?API-Key=pw1 | https://host/v1?API-Key=****",
        "https://host/v1?api%5Fkey=pw1 | https://host/v1?api%5Fkey=****",
        "https://host/v1?access_token=pw1;pw1 | https://host/v1?access_token=****",
        "https://host/v1?key=pw1&sig=pw1 | https://host/v1?key=****&sig=****",
        "https://host/v1?X-Amz-Credential=pw1 | https://host/v1?X-Amz-Credential=****",
        "https://host/v1#access_token=pw1&n=1 | https://host/v1#access_token=****&n=1",
        "jdbc:sqlserver://host;user=sa;password=pw1 | jdbc:sqlserver://host;user=****",
        "/v1/chat?token=pw1 | /v1/chat?token=****",
        // An address in an address.
        "https://host/go?to=https://user:pw1@other/x | https://host/go?to=https://****@other/x",
        "https://host/go?to=%2Fx%3Ftoken%3Dpw1&n=1 | https://host/go?to=****&n=1",
        // What cannot be parsed.
        "https://user:p/pw1@host/v1 | https://****@host/v1",
        "https://user:p#pw1@host/v1 | https://****@host/v1",
        "https://user:p@/pw1@host/v1 | https://****@host/v1",
        "https://user:p pw1@host/v1 | https://****@host/v1",
        "https://us er:pw1@host/v1 | https://****@host/v1",
        "https://user:p\"pw1@host/v1 | https://****@host/v1",
        "https://user:pw1@[::1/v1 | https://****@[::1/v1",
        "https://user:pw1@ho st/v1?n=1 | https://****@ho st/v1?n=1",
        "https://host/v1?token=p pw1&n=1 | https://host/v1?token=****&n=1",
        "https://host/v1?%zz=pw1&n=1 | https://host/v1?%zz=****&n=1",
        "https://host/v1?n=%zzpw1&m=1 | https://host/v1?n=****&m=1",
        "https://us@er:p/pw1@host/v1 | https://****@host/v1",
        "//user:pw1@host/v1 | //****@host/v1",
        "https://@host | https://****@host",
        // Brackets around no address.
        "https://us@[er:pw1]/pw1@host/v1 | https://****@host/v1",
        "?token//[=]8#https:@ | ?token//****@",
        // Among words, and in JSON.
        "Ask https://user:pw1@host/v1, or 'http://b/?token=pw1' today. |"
            + " Ask https://****@host/v1, or 'http://b/?token=****' today.",
        "https://a.example https://user:pw1@host/v1 | https://a.example https://****@host/v1",
        "{\"u\":\"https://user:pw1@host/v1\"} | {\"u\":\"https://****@host/v1\"}",
        "[1] https://user:pw1@host/v1 | [1] https://****@host/v1",
        "{u: https://user:pw1@host/v1 | {u: https://****@host/v1",
      })
  void masksCredentialsAndLeavesTheRest(String text, String expected) {
    // When / Then
    assertThat(shown(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://host.example:8443/v1/chat?model=a&max_tokens=9#top",
        "https://registry.example:4873/@scope/package",
        "https://[2001:db8::1]:80/a@b",
        "https://[fe80::1%25eth0]/a@b",
        "https://",
        "https://host/v1?token",
        "write to me@host.example; a=b, or ask: is x=y?",
        "",
      })
  void leavesWhatHoldsNoCredentials(String text) {
    // When / Then
    assertThat(shown(text)).isEqualTo(text);
  }

  // Without a bound on the depth none of them would come to an end, or the stack would.
  @ParameterizedTest
  @ValueSource(strings = {"a://?x=", "?a=", "?a=//b@", "a://?x=%3F"})
  void whatIsNestedWithoutEndIsMaskedToo(String one) {
    // When / Then
    assertThat(shown(one.repeat(20_000) + "?token=pw1")).doesNotContain("pw1");
  }

  // Q stands nowhere else.
  @Provide
  Arbitrary<String> users() {
    return around("abz019@%&=;+!$*,~._- \"'<>[]{}|^`é漢:");
  }

  @Provide
  Arbitrary<String> passwords() {
    // Either: of an address with an @ before and behind a slash, the first is the one that counts.
    String common = "abz019%&=;+!$*,~._- \"'<>[]{}|^`é漢:";
    return Arbitraries.oneOf(around(common + "@"), around(common + "/?#\\"));
  }

  private static Arbitrary<String> around(String characters) {
    return Arbitraries.strings()
        .withChars(characters.toCharArray())
        .ofMaxLength(6)
        .map(rest -> "Q" + rest + "Q");
  }

  @Property
  void noPasswordIsShownHoweverItIsWritten(
      @ForAll("users") String user, @ForAll("passwords") String password) {
    // When / Then
    assertThat(shown("https://" + user + ":" + password + "@host.example/v1/chat?n=1"))
        .isEqualTo("https://****@host.example/v1/chat?n=1");
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            "https:", "//", "/", "a", "token", "user", ":", "@", "?", "&", "=", ";", "#", "%",
            "%3D", " ", "\"", "[", "]", "8")
        .list()
        .ofMaxSize(40)
        .map(parts -> String.join("", parts));
  }

  @Property
  void whatIsMaskedStaysAsItIs(@ForAll("texts") String text) {
    // Given
    String shown = shown(text);

    // When / Then
    assertThat(shown(shown)).isEqualTo(shown);
  }
}
