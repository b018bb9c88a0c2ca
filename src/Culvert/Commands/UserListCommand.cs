using System.CommandLine;
using System.Globalization;
using System.Text;
using Culvert.Arguments;
using Culvert.Client;
using Culvert.Servers;
using Culvert.Tailing;
using Culvert.Terminals;

namespace Culvert.Commands;

/// <summary><c>culvert user list</c>: prints the accounts as a table.</summary>
internal static class UserListCommand
{
    private const string CommandName = "culvert user list";

    /// <summary>Declares the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new CommandPage("list", "Prints the accounts: name, role, and when it was made.")
        {
            Examples =
            [
                ("culvert user list", "of the server on this machine"),
                ("culvert user list | awk '$2 == \"owner\" {print $1}'", "the owners"),
                ("culvert user list --server https://chat.example.org", "of another; the token from CULVERT_TOKEN"),
            ],
            ExitCodes = UserCommand.ExitCodes,
        };
        var server = new ServerOptions(command);
        command.SetAction((result, cancellationToken) => ServerCall.RunAsync(
            terminal,
            CommandName,
            server.Find(result, terminal),
            async client =>
            {
                var users = await client.ListUsersAsync(cancellationToken);
                terminal.Output.Write(Terminal.Utf8.GetBytes(Table(users, terminal.Time.LocalTimeZone)));
                return ExitCode.Done;
            }));
        return command;
    }

    private static string Table(IReadOnlyList<UserInfo> users, TimeZoneInfo zone)
    {
        var rows = users
            .Select(u => (DisplayText.Of(u.Name), DisplayText.Of(u.Role), Time(u, zone)))
            .Prepend(("NAME", "ROLE", "CREATED"))
            .ToList();
        var name = rows.Max(r => r.Item1.Length);
        var role = rows.Max(r => r.Item2.Length);
        var table = new StringBuilder();
        foreach (var row in rows)
        {
            table.Append(row.Item1.PadRight(name)).Append("  ").Append(row.Item2.PadRight(role)).Append("  ");
            table.Append(row.Item3).Append('\n');
        }

        return table.ToString();
    }

    private static string Time(UserInfo user, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(user.CreatedAt), zone)
            .ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + (user.Disabled ? "  disabled" : "");
}
