using System.Text.RegularExpressions;

namespace Culvert.Tests.Tidy;

/// <summary>Which folder of Culvert.Server may use which. Between projects the compiler keeps the same order.</summary>
public sealed class LayerTests
{
    // Hosting chooses the parts and puts them together, so it alone sees them all.
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Hosting"] =
        [
            "Transports", "Streams", "Pipes", "Tunnels", "Front", "Files", "Connections", "Nodes", "Accounts",
            "Rooms", "Storage", "Storage.Sql", "Storage.Sqlite", "Storage.Postgres", "Storage.Moving",
            "Fanout", "Fanout.InProcess",
            "Fanout.Redis", "Fanout.Postgres",
        ],
        ["Transports"] = ["Connections", "Rooms", "Accounts"],
        ["Streams"] = ["Rooms", "Accounts"],
        ["Pipes"] = ["Connections", "Rooms", "Accounts"],
        ["Tunnels"] = ["Pipes", "Connections", "Rooms", "Accounts"],
        ["Connections"] = ["Rooms"],
        ["Front"] = ["Files", "Connections", "Rooms", "Accounts"],
        ["Files"] = ["Rooms", "Accounts"],
        ["Accounts"] = ["Rooms"],
        ["Nodes"] = ["Rooms", "Accounts"],
        ["Storage"] = ["Rooms", "Accounts", "Nodes"],
        ["Storage.Sql"] = ["Storage", "Rooms", "Accounts"],
        ["Storage.Sqlite"] = ["Storage", "Storage.Sql", "Rooms", "Accounts"],
        ["Storage.Postgres"] = ["Storage", "Storage.Sql", "Rooms", "Accounts", "Nodes"],
        ["Storage.Moving"] = ["Storage", "Storage.Sql", "Storage.Sqlite", "Storage.Postgres", "Rooms"],
        ["Fanout"] = ["Rooms"],
        ["Fanout.InProcess"] = ["Fanout", "Rooms"],
        ["Fanout.Redis"] = ["Fanout", "Rooms"],
        ["Fanout.Postgres"] = ["Fanout", "Rooms"],
        ["Rooms"] = [],
        ["Diagnostics"] = [],
    };

    // The core is written against interfaces: no web types, no SQL, no server of somebody else.
    private static readonly string[] ClosedToRooms =
        ["Microsoft.AspNetCore", "Microsoft.Data.Sqlite", "SQLitePCL", "Npgsql", "StackExchange.Redis"];

    [Theory]
    [InlineData("Transports", "using Culvert.Server.Rooms;", 0)]
    [InlineData("Front", "using Culvert.Server.Files;", 0)]
    [InlineData("Rooms", "using Culvert.Server.Diagnostics;", 0)]
    [InlineData("Rooms", "using Culvert.Protocol.Rooms;", 0)]
    [InlineData("Hosting", "using Culvert.Server.Storage.Sqlite;", 0)]
    [InlineData("Storage/Sqlite", "using Culvert.Server.Accounts;", 0)]
    [InlineData("Rooms", "// Culvert.Server.Transports builds on this.", 0)]
    [InlineData("Rooms", "using Culvert.Server.Accounts;", 1)]
    [InlineData("Rooms", "using static Culvert.Server.Storage.Sqlite.Schema;", 1)]
    [InlineData("Rooms", "var x = new Culvert.Server.Transports.Frame();", 1)]
    [InlineData("Rooms", "using Microsoft.AspNetCore.Http;", 1)]
    [InlineData("Accounts", "using Culvert.Server.Transports;", 1)]
    [InlineData("Files", "using Culvert.Server.Front;", 1)]
    [InlineData("Storage/Sqlite", "using Culvert.Server.Storage.Postgres;", 1)]
    [InlineData("Fanout/InProcess", "using Culvert.Server.Accounts;", 1)]
    [InlineData("Diagnostics", "using Culvert.Server.Rooms;", 1)]
    [InlineData("Mail", "", 1)]
    [InlineData("Pipes", "global using Culvert.Server.Rooms;", 1)]
    public void A_folder_uses_only_the_folders_below_it(string folder, string text, int findings)
    {
        Assert.Equal(findings, Check(new TextFile($"src/Culvert.Server/{folder}/A.cs", text)).Count());
    }

    [Fact]
    public void The_repository_keeps_to_it()
    {
        Repository.MustHaveNone(Repository.CSharp.Where(f => f.IsUnder("src/Culvert.Server")).SelectMany(Check));
    }

    private static IEnumerable<Finding> Check(TextFile file)
    {
        var from = AreaOf(file.Path.Split('/')[2..^1]);
        if (!MayUse.TryGetValue(from, out var allowed))
        {
            return [file.At(1, $"folder {from} has no place in the layer table of LayerTests; give it one")];
        }

        var upwards = Regex.Matches(file.Code, @"\bCulvert\.Server\.(?<area>\w+(\.\w+)?)")
            .Select(m => (m.Index, Area: AreaOf(m.Groups["area"].Value.Split('.'))))
            .Where(u => u.Area != from && u.Area != "Diagnostics" && !allowed.Contains(u.Area))
            .Select(u => file.At(file.LineAt(u.Index), $"{from} must not use {u.Area}; turn the dependency round"));
        return upwards.Concat(HiddenEdges(file)).Concat(from == "Rooms" ? ForeignTypes(file) : []);
    }

    /// <summary>The key in the table: the first folder, and the second where the table has it.</summary>
    private static string AreaOf(string[] path)
    {
        var two = string.Join('.', path.Take(2));
        return MayUse.ContainsKey(two) ? two : path.FirstOrDefault() ?? "(none)";
    }

    private static IEnumerable<Finding> HiddenEdges(TextFile file) =>
        CodePattern.Find(file, @"\bglobal\s+using\b[^;]*\bCulvert\.", "a global using hides an edge; use it by file");

    private static IEnumerable<Finding> ForeignTypes(TextFile file) =>
        ClosedToRooms.SelectMany(n => CodePattern.Find(
            file,
            $@"\b{Regex.Escape(n)}\b",
            $"Rooms must not know {n}; ask for what is needed through an interface"));
}
