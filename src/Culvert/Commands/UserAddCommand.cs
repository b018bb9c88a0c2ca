using System.CommandLine;
using Culvert.Arguments;
using Culvert.Servers;
using Culvert.Terminals;

namespace Culvert.Commands;

/// <summary><c>culvert user add</c>: makes an account.</summary>
internal static class UserAddCommand
{
    private const string CommandName = "culvert user add";

    /// <summary>Declares the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string>("name") { HelpName = "NAME", Description = "The name: 1 to 32 characters." };
        var role = new Option<string>("--role")
        {
            HelpName = "ROLE",
            Description = "owner, moderator or member. Default member.",
        };
        var fromInput = PasswordSource.Option();
        var command = new CommandPage("add", "Makes an account and prints its password.")
        {
            Notes = ["The password is alone on stdout, so that $(culvert user add NAME) is the password."],
            Examples =
            [
                ("culvert user add alice", "a member; prints the password it made up"),
                ("culvert user add bob --role moderator", "who may kick, mute and erase"),
                ("pass show bob | culvert user add bob --password-stdin", "with a password of your own"),
            ],
            ExitCodes = UserCommand.ExitCodes,
        };
        command.Add(name);
        command.Add(role);
        command.Add(fromInput);
        var server = new ServerOptions(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var chosen = result.GetValue(role);
            if (chosen is not (null or "owner" or "moderator" or "member"))
            {
                throw new UsageException($"--role: '{chosen}' is not one of owner, moderator and member.");
            }

            var target = server.Find(result, terminal);
            var (password, isNew) = await PasswordSource.GetAsync(
                terminal, result.GetValue(fromInput), cancellationToken);
            return await ServerCall.RunAsync(terminal, CommandName, target, async client =>
            {
                var user = result.GetRequiredValue(name);
                await client.AddUserAsync(user, password, chosen, cancellationToken);
                PasswordSource.Report(terminal, $"added {user} ({chosen ?? "member"})", password, isNew);
                return ExitCode.Done;
            });
        });
        return command;
    }
}
