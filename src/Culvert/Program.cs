using Culvert.Commands;
using Culvert.Terminals;

// The server handles its signals itself; two handlers would race for the exit code.
var serves = args is ["serve", ..];
using var interruption = serves ? null : new Interruption();
var terminal = Terminal.OfThisProcess(() => interruption?.ByTerminate == true);
var commandLine = new CulvertCommandLine(terminal, new ServerParts());
return await commandLine.RunAsync(args, interruption?.Token ?? CancellationToken.None);
