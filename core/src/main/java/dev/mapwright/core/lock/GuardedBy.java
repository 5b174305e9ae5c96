package dev.mapwright.core.lock;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The lock that must be held to touch a field. The compiler's checks know the name and follow it
 * where the lock is taken in the same class; where it is taken elsewhere, an assertion says so.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.FIELD, ElementType.METHOD})
public @interface GuardedBy {
  /** The lock, as an expression that is meaningful where the field is. */
  String value();
}
