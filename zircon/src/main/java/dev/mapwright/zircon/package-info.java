/**
 * Magenta's address regions and memory objects for Java programs: {@link Zircon} boots a system on
 * a machine, a {@link Program} is a process with a thread that Java code drives, and {@link Vmar}
 * and {@link Vmo} are its handles. Methods return results and throw {@link MxException} with the
 * status. The calls themselves are in {@link dev.mapwright.zircon.call.MxCalls}.
 */
@NullMarked
package dev.mapwright.zircon;

import org.jspecify.annotations.NullMarked;
