package dev.parley.token.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import jakarta.inject.Inject;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/**
 * Writes a token's answer as Jackson does, but into memory and then at once: it is small, and a
 * stream that could carry any answer costs as much as its JSON.
 */
@Provider
@Produces(MediaType.APPLICATION_JSON)
public class AnswerWriter implements ServerMessageBodyWriter<TokenAnswer> {
  private final ObjectWriter json;

  @Inject
  AnswerWriter(ObjectMapper mapper) {
    this.json = mapper.writerFor(TokenAnswer.class);
  }

  @Override
  public boolean isWriteable(
      Class<?> type, Type genericType, ResteasyReactiveResourceInfo target, MediaType mediaType) {
    return type == TokenAnswer.class;
  }

  @Override
  public boolean isWriteable(
      Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
    return type == TokenAnswer.class;
  }

  @Override
  public void writeResponse(TokenAnswer answer, Type genericType, ServerRequestContext context)
      throws IOException {
    byte[] bytes = json.writeValueAsBytes(answer);
    context
        .serverResponse()
        .setResponseHeader(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON)
        .end(bytes);
  }

  @Override
  public void writeTo(
      TokenAnswer answer,
      Class<?> type,
      Type genericType,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, Object> headers,
      OutputStream out)
      throws IOException {
    json.writeValue(out, answer);
  }
}
