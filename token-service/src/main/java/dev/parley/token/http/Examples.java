package dev.parley.token.http;

/** The examples of the OpenAPI document. Tokens in them are cut: they open nothing. */
final class Examples {
  static final String TOKEN_REQUEST =
      """
      {"roomId":"demo-1","privileges":["publish","subscribe"],"ttlSeconds":3600}""";

  static final String TOKEN =
      """
      {"accessToken":"001123456781234567812345678PgB4VjQSgOFOaA...","appId":"123456781234567812345678",\
      "roomId":"demo-1","userId":"alice","privileges":["publish","publishAudio","publishVideo",\
      "publishData","subscribe"],"issuedAt":"2026-01-01T12:00:00Z","expiresAt":"2026-01-01T13:00:00Z",\
      "renewAfter":"2026-01-01T12:48:00Z","ttlSeconds":3600,"ttlClamped":false,\
      "session":{"token":"eyJhbGciOiJFUzI1NiIs...","expiresAt":"2026-01-01T12:15:00Z",\
      "renewAfter":"2026-01-01T12:12:00Z"},\
      "urls":{"roomGateway":"http://localhost:7483","agentControl":"http://localhost:7482"}}""";

  static final String BATCH = "{\"roomId\":\"demo-1\",\"tokens\":[" + TOKEN + "]}";

  static final String BATCH_REQUEST =
      """
      {"roomId":"demo-1","userIds":["alice","bob"],"privileges":["subscribe"]}""";

  static final String INSPECT_REQUEST =
      """
      {"accessToken":"001123456781234567812345678PgB4VjQSgOFOaA...","roomId":"demo-1","userId":"alice"}""";

  static final String INSPECTION =
      """
      {"admits":false,"summary":"The token expired at 2026-01-01T13:00:00Z, 60 s ago: fetch a new one;\
       renew when the SDK warns, 30 s before the end.","problems":[{"code":"expired","detail":"The token\
       expired at 2026-01-01T13:00:00Z, 60 s ago: fetch a new one; renew when the SDK warns, 30 s before\
       the end."}],"genuine":true,"signedWithPreviousKey":false,"token":{"appId":"123456781234567812345678",\
      "roomId":"demo-1","userId":"alice","issuedAt":"2026-01-01T12:00:00Z","expiresAt":\
      "2026-01-01T13:00:00Z","privileges":[{"name":"subscribe","expiresAt":"2026-01-01T13:00:00Z"}]}}""";

  static final String SESSION_REQUEST = "{\"role\":\"operator\"}";

  static final String SESSION =
      """
      {"token":"eyJhbGciOiJFUzI1NiIs...","appId":"123456781234567812345678","subject":"olga",\
      "role":"operator","expiresAt":"2026-01-01T12:15:00Z","renewAfter":"2026-01-01T12:12:00Z"}""";

  static final String JWKS =
      """
      {"keys":[{"kty":"EC","kid":"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs","use":"sig",\
      "alg":"ES256","crv":"P-256","x":"...","y":"..."}]}""";

  private Examples() {}
}
