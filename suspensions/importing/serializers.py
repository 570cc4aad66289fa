from rest_framework import serializers


class ImportSerializer(serializers.Serializer):
    """A table, and whether it is only judged."""

    file = serializers.FileField(help_text="CSV or XLSX with the names of the columns in its first row.")
    commit = serializers.BooleanField(
        default=False, help_text="Write the good rows as drafts; else nothing is written."
    )
    skip_bad = serializers.BooleanField(default=False, help_text="Write although some rows are wrong, without those.")


class FaultSerializer(serializers.Serializer):
    row = serializers.IntegerField(help_text="In the file; the first row, with the names, is 1.")
    column = serializers.CharField(help_text="Empty when the row as a whole is at fault.")
    text = serializers.CharField()


class ReportSerializer(serializers.Serializer):
    """What a table says, and what became of it."""

    good = serializers.IntegerField(help_text="Rows that can come in.")
    bad = serializers.IntegerField(help_text="Rows that cannot.")
    faults = FaultSerializer(many=True)
    doubts = FaultSerializer(many=True, help_text="Good rows that somebody should look at: cases without a finish.")
    ignored = serializers.ListField(child=serializers.CharField(), help_text="Columns that mean nothing here.")
    time_zone = serializers.CharField(help_text="In which times without an offset were read.")
    drafts = serializers.ListField(child=serializers.IntegerField(), help_text="Ids of the drafts that were written.")


class DiscardedSerializer(serializers.Serializer):
    discarded = serializers.IntegerField(help_text="Drafts that are hidden now.")


class ConfirmedSerializer(serializers.Serializer):
    confirmed = serializers.IntegerField(help_text="Drafts that got a number and count from now on.")
