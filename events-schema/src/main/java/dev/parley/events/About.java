package dev.parley.events;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What one field of the contract means, for people and for the published schema. Looked up on the
 * record component first, then on the interface method of the same name, then on the field's type.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.METHOD, ElementType.TYPE})
public @interface About {
  /** One sentence: what the value says. */
  String value();

  /** Unit of a number, for example {@code ms}; empty where there is none. */
  String unit() default "";

  /** An example, written as JSON without quotes for strings. */
  String example() default "";

  /** How carefully the value is to be handled. */
  Sensitivity sensitivity() default Sensitivity.NONE;
}
