package dev.parley.events.codec;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import dev.parley.events.Payload;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the reader ask for every record component that is not {@link Nullable}: JSON knows no
 * null-marked types.
 */
final class RequiredFields extends NopAnnotationIntrospector {
  private static final long serialVersionUID = 1L;
  private static final String CONTRACT = Payload.class.getPackageName();

  @Override
  public @Nullable Boolean hasRequiredMarker(AnnotatedMember member) {
    return component(member).map(RequiredFields::required).orElse(null);
  }

  @Override
  public JsonSetter.Value findSetterInfo(Annotated annotated) {
    return component(annotated)
        // null is a value where the field holds JSON of somebody else.
        .filter(component -> !JsonNode.class.isAssignableFrom(component.getType()))
        .map(
            component ->
                required(component)
                    ? JsonSetter.Value.construct(Nulls.FAIL, Nulls.FAIL)
                    : JsonSetter.Value.forContentNulls(Nulls.FAIL))
        .orElse(JsonSetter.Value.empty());
  }

  private static boolean required(RecordComponent component) {
    return !component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  private static Optional<RecordComponent> component(Annotated annotated) {
    if (!(annotated instanceof AnnotatedMember member)
        || !member.getDeclaringClass().isRecord()
        || !member.getDeclaringClass().getPackageName().equals(CONTRACT)) {
      return Optional.empty();
    }
    RecordComponent[] components = member.getDeclaringClass().getRecordComponents();
    if (member instanceof AnnotatedParameter parameter) {
      return parameter.getOwner().getParameterCount() == components.length
          ? Optional.of(components[parameter.getIndex()])
          : Optional.empty();
    }
    return Arrays.stream(components)
        .filter(component -> component.getName().equals(member.getName()))
        .findFirst();
  }
}
