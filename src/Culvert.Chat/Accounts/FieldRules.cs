using Culvert.Chat.Pages;
using Culvert.Chat.Texts;
using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;

namespace Culvert.Chat.Accounts;

/// <summary>
/// Says in the reader's language what is wrong with a name or a password; the rules are those of the server.
/// </summary>
internal static class FieldRules
{
    /// <summary>The longest display name, in characters.</summary>
    public const int MaxTitle = 64;

    public static void CheckUserName(FormState form, string field, Text text)
    {
        if (!NameRules.TryNormaliseUser(form[field], out _, out var problem))
        {
            form.Fail(field, NameProblem(form[field], NameRules.MaxUserLength, problem, text));
        }
    }

    public static void CheckRoomName(FormState form, string field, Text text)
    {
        if (!NameRules.TryNormaliseRoom(form[field], out _, out var problem))
        {
            form.Fail(field, NameProblem(form[field], NameRules.MaxRoomLength, problem, text));
        }
    }

    public static void CheckTitle(FormState form, string field, Text text)
    {
        if (LengthOf(form[field]) > MaxTitle)
        {
            form.Fail(field, text.Count("problem.long", MaxTitle));
        }
    }

    /// <param name="form">Has the passwords.</param>
    /// <param name="field">Of the new password.</param>
    /// <param name="name">Of the user.</param>
    /// <param name="text">In the reader's language.</param>
    public static void CheckPassword(FormState form, string field, string name, Text text)
    {
        var password = form.Raw(field);
        if (password.Length < PasswordRules.MinLength)
        {
            form.Fail(field, text.Count("problem.passwordShort", PasswordRules.MinLength));
        }
        else if (password.Length > PasswordRules.MaxLength)
        {
            form.Fail(field, text.Count("problem.long", PasswordRules.MaxLength));
        }
        else if (PasswordRules.Refusal(password, name) is not null)
        {
            form.Fail(field, text["problem.passwordWeak"]);
        }
    }

    /// <summary>Puts a refusal of the API where it belongs.</summary>
    /// <param name="form">Gets the problem.</param>
    /// <param name="answer">The refusal.</param>
    /// <param name="nameField">Of the name; what is about names goes there.</param>
    /// <param name="text">In the reader's language.</param>
    public static void Note(FormState form, ApiAnswer answer, string nameField, Text text)
    {
        if (answer.Code is "name_taken" or "invalid_name")
        {
            form.Fail(nameField, answer.Why(text));
        }
        else
        {
            form.Fail(answer.Why(text));
        }
    }

    private static string NameProblem(string name, int maxLength, string? problem, Text text)
    {
        if (name.Length == 0)
        {
            return text["problem.empty"];
        }

        if (LengthOf(name) > maxLength)
        {
            return text.Count("problem.long", maxLength);
        }

        return problem?.Contains("is reserved", StringComparison.Ordinal) == true
            ? text["problem.name_taken"]
            : text["problem.invalid_name"];
    }

    /// <summary>In code points, as names are measured.</summary>
    private static int LengthOf(string text) => text.EnumerateRunes().Count();
}
