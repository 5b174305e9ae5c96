package dev.mapwright.core;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The lock that must be held to touch a field, or to call a method. The compiler's checks (Error
 * Prone's GuardedBy) know the name and follow it where the lock is taken in the same class; where
 * it is taken elsewhere, an assertion says so.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.FIELD, ElementType.METHOD})
public @interface GuardedBy {
  /**
   * {@return the lock, as an expression that is meaningful where the field is: {@code this}, or a
   * field that is a lock or a monitor}
   */
  String value();
}
