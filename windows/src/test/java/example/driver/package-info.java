/** Code of drivers as their authors write it: outside the library, so that its lines are seen. */
@NullMarked
package example.driver;

import org.jspecify.annotations.NullMarked;
