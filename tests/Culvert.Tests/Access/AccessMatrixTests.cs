using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Access;

/// <summary>Everybody against everything: a whole server is asked each cell of the tables of docs/access.md.</summary>
public sealed class AccessMatrixTests
{
    private const string Socket = "Commands of the WebSocket, in a private room";

    private static readonly Dictionary<string, RoomKind> Sections = new()
    {
        ["In a private room"] = RoomKind.Private,
        ["In a public room"] = RoomKind.Public,
        ["In a direct room"] = RoomKind.Direct,
        ["Elsewhere"] = RoomKind.Public,
    };

    [Theory]
    [InlineData("In a private room")]
    [InlineData("In a public room")]
    [InlineData("In a direct room")]
    [InlineData("Elsewhere")]
    public async Task T1_65_Every_request_is_answered_as_the_table_says(string section)
    {
        await using var world = await AccessWorld.StartAsync();

        await CheckAsync(section, (row, who) => world.AskAsync(row, Sections[section], who));
    }

    [Fact]
    public async Task T1_65_Every_command_of_the_web_socket_is_answered_as_the_table_says()
    {
        await using var world = await AccessWorld.StartAsync();

        await CheckAsync(Socket, world.TellAsync);
    }

    [Fact]
    public async Task T1_65_Every_endpoint_and_every_command_has_a_row()
    {
        await using var world = await AccessWorld.StartAsync();

        var rows = Sections.Keys.SelectMany(AccessTable.Read).Select(row => $"{row.Method} {row.Pattern}").ToHashSet();
        var ops = AccessTable.Read(Socket).Select(row => row.Method).ToHashSet();
        var missing = world.Endpoints().Where(endpoint => !rows.Contains(endpoint))
            .Concat(Enum.GetValues<CommandOp>().Where(op => op != CommandOp.None)
                .Select(op => op.ToString().ToLowerInvariant()).Where(op => !ops.Contains(op)));

        Assert.True(!missing.Any(), $"{AccessTable.Page} has no row for:\n{string.Join('\n', missing)}");
    }

    private static async Task CheckAsync(string section, Func<AccessRow, string, Task<string>> askAsync)
    {
        var rows = AccessTable.Read(section);
        Assert.NotEmpty(rows);
        List<string> wrong = [];
        foreach (var row in rows)
        {
            List<string> answers = [];
            for (var column = 0; column < AccessTable.Columns.Length; column++)
            {
                answers.Add(row.Expected[column] == "-" ? "-" : await askAsync(row, AccessTable.Columns[column]));
            }

            if (!answers.SequenceEqual(row.Expected))
            {
                wrong.Add(row.With(answers));
            }
        }

        Assert.True(wrong.Count == 0, $"The server answers otherwise than {AccessTable.Page} says:\n"
            + string.Join('\n', wrong));
    }
}
