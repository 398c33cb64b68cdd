package dev.parley.events;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The published name of a payload type, and the topic it lives on. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EventType {
  /** The CloudEvents {@code type}: reverse domain, family, past tense (or imperative), version. */
  String value();

  /** The only topic that carries this type. */
  Topic topic();

  /** One sentence: what happened, or what is asked for. */
  String about();

  /** The release that introduced the type. */
  String since() default "0.1";
}
