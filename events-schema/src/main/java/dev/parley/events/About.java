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

  /**
   * How carefully the value is to be handled. The strictest of all places that describe the field
   * holds, so that a field of a personal type cannot be declared harmless by accident.
   */
  Sensitivity sensitivity() default Sensitivity.NONE;

  /** The release that introduced the field, where it is younger than its type. */
  String since() default "";

  /** Smallest value of a number. */
  long minimum() default Long.MIN_VALUE;

  /** Largest value of a number. */
  long maximum() default Long.MAX_VALUE;

  /** Regular expression that the whole text fits; empty where any text does. */
  String pattern() default "";

  /** Most bytes that raw bytes have; 0 where only the size of the record bounds them. */
  int maxBytes() default 0;

  /** What a JSON value must be. */
  JsonKind json() default JsonKind.ANY;

  /** What a field that holds JSON of somebody else may be. */
  enum JsonKind {
    ANY,
    ARRAY,
    OBJECT
  }
}
