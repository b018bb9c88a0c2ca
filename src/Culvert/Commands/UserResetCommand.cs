using System.CommandLine;
using Culvert.Arguments;
using Culvert.Servers;
using Culvert.Terminals;

namespace Culvert.Commands;

/// <summary><c>culvert user reset</c>: gives an account a new password.</summary>
internal static class UserResetCommand
{
    private const string CommandName = "culvert user reset";

    /// <summary>Declares the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string>("name") { HelpName = "NAME", Description = "The account." };
        var fromInput = PasswordSource.Option();
        var command = new CommandPage("reset", "Gives an account a new password and prints it.")
        {
            Notes = ["The password is alone on stdout, so that $(culvert user reset NAME) is the password."],
            Examples =
            [
                ("culvert user reset alice", "prints the password it made up"),
                ("pass show alice | culvert user reset alice --password-stdin", "with a password of your own"),
                ("culvert user reset alice --data /var/lib/culvert", "signed in by the server's own token file"),
            ],
            ExitCodes = UserCommand.ExitCodes,
        };
        command.Add(name);
        command.Add(fromInput);
        var server = new ServerOptions(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var target = server.Find(result, terminal);
            var (password, isNew) = await PasswordSource.GetAsync(
                terminal, result.GetValue(fromInput), cancellationToken);
            return await ServerCall.RunAsync(terminal, CommandName, target, async client =>
            {
                var user = result.GetRequiredValue(name);
                await client.ResetPasswordAsync(user, password, cancellationToken);
                PasswordSource.Report(terminal, $"{user} has a new password", password, isNew);
                return ExitCode.Done;
            });
        });
        return command;
    }
}
