using Culvert.Commands;
using Culvert.Terminals;

// The servers handle their signals themselves; two handlers would race for the exit code.
var serves = args is ["serve" or "files", ..];
using var interruption = serves ? null : new Interruption();
var terminal = Terminal.OfThisProcess(() => interruption?.ByTerminate == true);
var commandLine = new CulvertCommandLine(terminal, new ServerParts());
return await commandLine.RunAsync(args, interruption?.Token ?? CancellationToken.None);
